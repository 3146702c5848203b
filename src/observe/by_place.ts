/**
 * What is kept of each connection that is open.
 *
 * @module
 */

/**
 * Things by the places of open connections. What it costs does not depend on how
 * fast they come and go; of a `Map` the old tables would keep what is gone from
 * being collected, as told at `Roster`.
 */
export class ByPlace<T> {
  readonly #things: (T | null)[] = [];
  #size = 0;

  /** How many places something is kept of. */
  get size(): number {
    return this.#size;
  }

  /** Keeps something, at a place where nothing is. */
  put(place: number, thing: T): void {
    // An array with gaps would become a table.
    while (this.#things.length < place) this.#things.push(null);
    this.#things[place] = thing;
    this.#size++;
  }

  /** What is kept; `null`: nothing. */
  get(place: number): T | null {
    return this.#things[place] ?? null;
  }

  /** Lets go what is kept, and gives it; `null`: nothing was. */
  take(place: number): T | null {
    const thing = this.get(place);
    if (thing === null) return null;
    this.#things[place] = null;
    this.#size--;
    return thing;
  }

  /** All that is kept, by place. What comes meanwhile may be left out. */
  *[Symbol.iterator](): Generator<T> {
    for (const thing of this.#things) if (thing !== null) yield thing;
  }
}
