/**
 * Doing something again and again, or at once.
 *
 * @module
 */

/** Pauses that can be cut short. */
export class Pace {
  #hurried = false;
  #end: (() => void) | null = null;

  /** Ends the pause, or leaves the next one out. */
  hurry(): void {
    this.#hurried = true;
    this.#end?.();
  }

  /**
   * Waits.
   *
   * @param ms In milliseconds.
   * @returns Whether it was cut short.
   */
  async pause(ms: number): Promise<boolean> {
    if (!this.#hurried) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      this.#end = resolve;
      await promise;
      clearTimeout(timer);
      this.#end = null;
    }
    const hurried = this.#hurried;
    this.#hurried = false;
    return hurried;
  }
}
