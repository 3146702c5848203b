/**
 * Doing something again and again, or at once.
 *
 * @module
 */
import { delay } from "@std/async/delay";

/** Pauses that can be cut short. */
export class Pace {
  #hurried = false;
  #pausing: AbortController | null = null;

  /** Ends the pause, or leaves the next one out. */
  hurry(): void {
    this.#hurried = true;
    this.#pausing?.abort();
  }

  /**
   * Waits.
   *
   * @param ms In milliseconds.
   * @returns Whether it was cut short.
   */
  async pause(ms: number): Promise<boolean> {
    if (!this.#hurried) {
      this.#pausing = new AbortController();
      // Ends early, by a rejection, when it is cut short.
      await delay(ms, this.#pausing).catch(() => {});
      this.#pausing = null;
    }
    const hurried = this.#hurried;
    this.#hurried = false;
    return hurried;
  }
}
