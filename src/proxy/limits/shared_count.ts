/**
 * A number of open connections that all data planes share.
 *
 * @module
 */

/**
 * Counts in shared memory, and beside it how much of the count is this data
 * plane's, so that it can be given back when the data plane has died.
 */
export class SharedCount {
  readonly #count: Int32Array;
  readonly #held: Int32Array;
  readonly #place: number;

  /**
   * @param count The count of all data planes: one word.
   * @param held What this data plane holds of this and other counts.
   * @param place Place of this count in `held`.
   */
  constructor(count: SharedArrayBuffer, held: Int32Array, place: number) {
    this.#count = new Int32Array(count);
    this.#held = held;
    this.#place = place;
  }

  /** Adds one, unless that would be more than `most`. @returns Whether it did. */
  take(most: number): boolean {
    for (;;) {
      const now = Atomics.load(this.#count, 0);
      if (now >= most) return false;
      if (Atomics.compareExchange(this.#count, 0, now, now + 1) !== now) {
        continue;
      }
      Atomics.add(this.#held, this.#place, 1);
      return true;
    }
  }

  /** Gives back what {@linkcode SharedCount.take} took. */
  give(): void {
    if (letGo(this.#held, this.#place)) Atomics.sub(this.#count, 0, 1);
  }
}

/**
 * Takes one off what a data plane holds. @returns `false` when it holds none:
 * it was taken for dead and all was given back in its place.
 */
export function letGo(held: Int32Array, place: number): boolean {
  for (;;) {
    const now = Atomics.load(held, place);
    if (now <= 0) return false;
    if (Atomics.compareExchange(held, place, now, now - 1) === now) return true;
  }
}
