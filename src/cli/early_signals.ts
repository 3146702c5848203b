/**
 * Signals that come before the program has loaded.
 *
 * @module
 */

/** Signals that end a process by default and mean something else to `run`. */
const HELD: readonly (readonly [Deno.Signal, number])[] =
  Deno.build.os === "windows"
    ? [["SIGHUP", 1]]
    : [["SIGHUP", 1], ["SIGUSR2", 12]];
/** What a shell adds to the number of the signal that ended a process. */
const SIGNAL_EXIT = 128;

/** Signals that are held back. */
export interface HeldSignals {
  /**
   * Lets them act by default again.
   *
   * @returns The exit code of a process that the first of them ended; `null`:
   * none came.
   */
  release(): number | null;
}

/**
 * Keeps signals from ending the process while the program loads: to be called
 * before anything else is loaded. `run` reads its config later, so a reload that
 * was asked for until then needs nothing more.
 */
export function holdSignals(): HeldSignals {
  let code: number | null = null;
  const removals = HELD.map(([signal, number]) => {
    const hear = () => void (code ??= SIGNAL_EXIT + number);
    Deno.addSignalListener(signal, hear);
    return () => Deno.removeSignalListener(signal, hear);
  });
  return {
    release() {
      for (const remove of removals) remove();
      return code;
    },
  };
}
