/**
 * Who is there now.
 *
 * @module
 */

/**
 * A set for members that come and go thousands of times a second. A `Set` would
 * be built anew again and again, and its old tables keep members that are gone
 * from being collected until the next full collection.
 */
export class Roster<T> {
  readonly #places: (T | null)[] = [];
  readonly #free: number[] = [];

  /** How many are there. */
  get size(): number {
    return this.#places.length - this.#free.length;
  }

  /** Takes a member in. @returns Its place, for {@linkcode Roster.remove}. */
  add(member: T): number {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = member;
    return place;
  }

  /** Lets go who has a place; to be called once. */
  remove(place: number): void {
    this.#places[place] = null;
    this.#free.push(place);
  }

  /** The members, in no order. Who comes meanwhile may be left out. */
  *[Symbol.iterator](): Generator<T> {
    for (const member of this.#places) if (member !== null) yield member;
  }
}
