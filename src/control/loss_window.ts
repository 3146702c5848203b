/**
 * How often data planes are lost, and what follows from it.
 *
 * @module
 */
import { PassthruError } from "../errors.ts";

/** More losses than this within the time, and the generation gives up. */
const MOST_LOSSES = 8;
const WINDOW_MS = 60_000;
/** First and longest pause before a lost data plane is replaced, in ms. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2_000;

/** Remembers the losses of the last minute. */
export class LossWindow {
  #times: number[] = [];

  /** Losses of the last minute, as of the last one. */
  get count(): number {
    return this.#times.length;
  }

  /**
   * One more.
   *
   * @returns The pause before it is replaced, in milliseconds, which grows;
   * `null`: there were too many.
   */
  add(): number | null {
    const now = performance.now();
    this.#times = this.#times.filter((at) => at > now - WINDOW_MS);
    this.#times.push(now);
    if (this.count > MOST_LOSSES) return null;
    return Math.min(FIRST_PAUSE_MS * 2 ** (this.count - 1), LONGEST_PAUSE_MS);
  }
}

/** What is said when there were too many. */
export function tooManyLosses(): PassthruError {
  const seconds = WINDOW_MS / 1_000;
  return new PassthruError(
    `Workers crash repeatedly: ${
      MOST_LOSSES + 1
    } times within ${seconds} seconds`,
    { code: "crash_loop", source: "internal" },
  );
}
