/**
 * The signals of a server.
 *
 * @module
 */

const STOP_SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Who hears of signals. */
export interface SignalHandlers {
  /** SIGHUP. */
  onReload(): void;
  /** SIGUSR2. */
  onLogLevel(): void;
  /** SIGTERM or SIGINT after the first. */
  onSecondStop(): void;
}

/** Listening for signals. */
export interface Signals {
  /**
   * Resolves with the name of the first SIGTERM or SIGINT; `null`: it was asked
   * for without one.
   */
  readonly stop: Promise<string | null>;
  /** Does as the first SIGTERM, unless there was one. */
  requestStop(): void;
  /** Stops listening. */
  dispose(): void;
}

/** Listens for SIGTERM, SIGINT, SIGHUP and, but on Windows, SIGUSR2. */
export function listenForSignals(handlers: SignalHandlers): Signals {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  let stops = 0;
  const removals = [
    listen("SIGHUP", () => handlers.onReload()),
    ...(Deno.build.os === "windows"
      ? []
      : [listen("SIGUSR2", () => handlers.onLogLevel())]),
    ...STOP_SIGNALS.map((signal) =>
      listen(signal, () => {
        if (++stops === 1) resolve(signal);
        else handlers.onSecondStop();
      })
    ),
  ];
  return {
    stop: promise,
    requestStop: () => {
      if (stops === 0) stops++;
      resolve(null);
    },
    dispose: () => removals.forEach((remove) => remove()),
  };
}

function listen(signal: Deno.Signal, handler: () => void): () => void {
  Deno.addSignalListener(signal, handler);
  return () => Deno.removeSignalListener(signal, handler);
}
