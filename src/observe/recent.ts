/**
 * The last few of many things.
 *
 * @module
 */

/** Remembers so many things, and forgets the oldest for each one more. */
export class Recent<T> {
  readonly #slots: T[] = [];
  readonly #capacity: number;
  /** Place of the oldest, once all are taken. */
  #oldest = 0;

  /** @param capacity How many are remembered; not 0. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Remembers one more. */
  add(item: T): void {
    if (this.#slots.length < this.#capacity) {
      this.#slots.push(item);
      return;
    }
    this.#slots[this.#oldest] = item;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }

  /** All that are remembered, in no particular order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#slots[Symbol.iterator]();
  }
}
