/**
 * How fast one file may follow another.
 *
 * @module
 */

/** Shortest time between two, in milliseconds. */
const SHORTEST_MS = 300;
/** Shortest time between two when many have followed each other. */
const STEADY_MS = 500;
/** How many may follow each other at the shortest time, when there were none. */
const FAST = 10;
/** How many may follow each other while changes go on, when there were none. */
const GOING_ON = 30;
/** How many more may follow when changes have come to an end. */
const RESERVE = 10;
/** After which time without a change they have, in milliseconds. */
const QUIET_MS = 300;
/** In which time one more may follow, in milliseconds; the longest wait, too. */
const REFILL_MS = 5_000;

const MOST = GOING_ON + RESERVE;

/**
 * Lets some follow each other at once, as when a project starts, and then one
 * every few seconds: each reload starts new workers, and a container that starts
 * and fails again and again should not keep them from being of use. What was
 * changed last does not wait for that when no other change follows: some are kept
 * in reserve for it.
 */
export class Pace {
  #left = MOST;
  /** Up to when `#left` has been refilled. */
  #filled = 0;
  #last = -Infinity;

  /**
   * How long the next one has to wait, in milliseconds, if no change comes
   * meanwhile.
   *
   * @param changedAt When the last change came.
   */
  waitMs(now: number, changedAt: number): number {
    this.#refill(now);
    const isFast = this.#left > MOST - FAST;
    const next = this.#last + (isFast ? SHORTEST_MS : STEADY_MS) - now;
    if (this.#left > RESERVE) return Math.max(0, next);
    const quiet = this.#left > 0 ? changedAt + QUIET_MS - now : Infinity;
    const longest = this.#last + REFILL_MS - now;
    return Math.max(0, next, Math.min(quiet, longest));
  }

  /** Says that one has come. */
  take(now: number): void {
    this.#refill(now);
    this.#left = Math.max(0, this.#left - 1);
    this.#last = now;
  }

  #refill(now: number): void {
    if (this.#left >= MOST) this.#filled = now;
    const more = Math.floor((now - this.#filled) / REFILL_MS);
    if (more <= 0) return;
    this.#left = Math.min(MOST, this.#left + more);
    this.#filled += more * REFILL_MS;
  }
}
