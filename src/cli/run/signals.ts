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

/** Options of {@linkcode listenForSignals}. */
export interface SignalOptions {
  /** Whether SIGHUP stops, as SIGTERM does, and does not reload. */
  readonly hangupStops: boolean;
}

/** Listening for signals. */
export interface Signals {
  /**
   * Resolves with the name of the first signal that stops; `null`: it was asked
   * for without one.
   */
  readonly stop: Promise<string | null>;
  /** Says who hears of them. What came before is told now, in order. */
  handle(handlers: SignalHandlers): void;
  /** Does as SIGHUP that reloads. */
  requestReload(): void;
  /** Does as the first SIGTERM, unless there was one. */
  requestStop(): void;
  /** Stops listening. */
  dispose(): void;
}

/** Listens for SIGTERM, SIGINT, SIGHUP and, but on Windows, SIGUSR2. */
export function listenForSignals({ hangupStops }: SignalOptions): Signals {
  const stop = Promise.withResolvers<string | null>();
  let handlers: SignalHandlers | null = null;
  let early: (keyof SignalHandlers)[] = [];
  let stops = 0;
  const tell = (what: keyof SignalHandlers) => {
    if (handlers === null) early.push(what);
    else handlers[what]();
  };
  const hangUp = () => {
    if (!hangupStops) return tell("onReload");
    // The kernel and the shell both send one: the second is no second thought.
    if (stops++ === 0) stop.resolve("SIGHUP");
  };
  const removals = [
    listen("SIGHUP", hangUp),
    ...(Deno.build.os === "windows"
      ? []
      : [listen("SIGUSR2", () => tell("onLogLevel"))]),
    ...STOP_SIGNALS.map((signal) =>
      listen(signal, () => {
        if (stops++ === 0) stop.resolve(signal);
        else tell("onSecondStop");
      })
    ),
  ];
  return {
    stop: stop.promise,
    handle(given) {
      handlers = given;
      const told = early;
      early = [];
      for (const what of told) given[what]();
    },
    requestReload: () => tell("onReload"),
    requestStop() {
      if (stops === 0) stops++;
      stop.resolve(null);
    },
    dispose: () => removals.forEach((remove) => remove()),
  };
}

function listen(signal: Deno.Signal, handler: () => void): () => void {
  Deno.addSignalListener(signal, handler);
  return () => Deno.removeSignalListener(signal, handler);
}
