/**
 * Colours of series: a name keeps its colour as long as it is shown, whatever
 * becomes of the others.
 */

/** Names that get a colour of their own; the others are shown together. */
export const MOST_SERIES = 7;
/** The colour of those that have none of their own. */
export const OTHERS_COLOUR = MOST_SERIES;

/** Gives colours, by number, to the names that are shown. */
export class Colours {
  /** @type {Map<string, number>} */
  #given = new Map();

  /**
   * The colours of these names, {@linkcode MOST_SERIES} at most; colours of names
   * that are not among them become free.
   *
   * @param {readonly string[]} names
   * @returns {ReadonlyMap<string, number>}
   */
  give(names) {
    const kept = names.slice(0, MOST_SERIES);
    for (const name of this.#given.keys()) {
      if (!kept.includes(name)) this.#given.delete(name);
    }
    for (const name of kept) {
      if (!this.#given.has(name)) this.#given.set(name, this.#free());
    }
    return this.#given;
  }

  #free() {
    const taken = new Set(this.#given.values());
    let colour = 0;
    while (taken.has(colour)) colour++;
    return colour;
  }
}
