/**
 * Doing only so many things at a time.
 *
 * @module
 */

/** Turns that are given in the order in which they are asked for. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param most Turns that are out at the same time. */
  constructor(most: number) {
    this.#free = most;
  }

  /** Waits for a turn, which has to be given back. */
  take(): Promise<void> {
    if (this.#free === 0) {
      return new Promise((resolve) => this.#waiting.push(resolve));
    }
    this.#free--;
    return Promise.resolve();
  }

  /** Gives a turn back. */
  giveBack(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
