/**
 * The words that a text may begin with.
 *
 * @module
 */
import { ascii } from "./byte_reader.ts";

/** What {@linkcode WordList.find} says where no word is. */
export const NO_WORD = -1;
/** What {@linkcode WordList.find} says where the bytes may become a word. */
export const OPEN_WORD = -2;

const NO_PLACES: number[] = [];
/** The bit in which a letter and its capital differ. */
const CASE_BIT = 0x20;

/**
 * Finds words in bytes. It makes no text of them, so that a detector that says
 * `no` allocates nothing.
 */
export class WordList {
  readonly #words: readonly Uint8Array[];
  /** Places of the words in the list, by their first byte. */
  readonly #places: readonly (readonly number[])[];
  readonly #caseBit: number;

  /**
   * Makes a list.
   *
   * @param words In ASCII.
   * @param options `ignoreCase`: the words are of letters alone, and capitals
   * count as letters, in the words and in the bytes.
   */
  constructor(
    words: readonly string[],
    options: { readonly ignoreCase: boolean },
  ) {
    this.#caseBit = options.ignoreCase ? CASE_BIT : 0;
    this.#words = words.map((word) =>
      ascii(options.ignoreCase ? word.toLowerCase() : word)
    );
    const places: number[][] = new Array(256).fill(NO_PLACES);
    this.#words.forEach((word, place) => {
      const first = word[0]!;
      places[first] = [...places[first]!, place];
    });
    this.#places = places;
  }

  /**
   * Finds the word that stands at a place.
   *
   * @param from Where it starts.
   * @param to Where it ends: at the first byte that no word has, or at the end
   * of the view, behind which it may go on.
   * @returns Its place in the list; {@linkcode NO_WORD}; or
   * {@linkcode OPEN_WORD} at the end of the view, where a word begins so.
   */
  find(view: Uint8Array, from: number, to: number): number {
    const isOpen = to === view.length;
    if (from === to) return isOpen ? OPEN_WORD : NO_WORD;
    const places = this.#places[view[from]! | this.#caseBit]!;
    for (let i = 0; i < places.length; i++) {
      const word = this.#words[places[i]!]!;
      const fits = isOpen
        ? to - from <= word.length
        : to - from === word.length;
      if (!fits) continue;
      let at = from + 1;
      while (at < to && (view[at]! | this.#caseBit) === word[at - from]) at++;
      if (at === to) return isOpen ? OPEN_WORD : places[i]!;
    }
    return NO_WORD;
  }
}
