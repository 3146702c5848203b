/**
 * How fast one file may follow another.
 *
 * @module
 */

/** Shortest time between two, in milliseconds. */
const SHORTEST_MS = 300;
/** How many may come as fast as that, when there were none for a while. */
const BURST = 10;
/** In which time one more may, in milliseconds. */
const REFILL_MS = 5_000;

/**
 * Lets a few follow each other at once, as when a project starts, and then one
 * every few seconds: each reload starts new workers, and a container that starts
 * and fails again and again should not keep them from being of use.
 */
export class Pace {
  #left = BURST;
  /** Up to when `#left` has been refilled. */
  #filled = 0;
  #last = -Infinity;

  /** How long the next one has to wait, in milliseconds. */
  waitMs(now: number): number {
    this.#refill(now);
    const refill = this.#left > 0 ? 0 : this.#filled + REFILL_MS - now;
    return Math.max(0, this.#last + SHORTEST_MS - now, refill);
  }

  /** Says that one has come. */
  take(now: number): void {
    this.#refill(now);
    this.#left = Math.max(0, this.#left - 1);
    this.#last = now;
  }

  #refill(now: number): void {
    if (this.#left >= BURST) this.#filled = now;
    const more = Math.floor((now - this.#filled) / REFILL_MS);
    if (more <= 0) return;
    this.#left = Math.min(BURST, this.#left + more);
    this.#filled += more * REFILL_MS;
  }
}
