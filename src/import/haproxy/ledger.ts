/**
 * What of a file has been translated or has a note: whatever has not is noted
 * at the end, so that nothing is dropped in silence.
 *
 * @module
 */
import type { Line, Word } from "./words.ts";

/** Which words are dealt with. */
export class Ledger {
  readonly #used = new Set<Word>();

  /** Marks words as dealt with. */
  use(...words: readonly Word[]): void {
    this.useAll(words);
  }

  /** Marks words as dealt with, however many they are. */
  useAll(words: Iterable<Word>): void {
    for (const word of words) this.#used.add(word);
  }

  /** Whether a word is dealt with. */
  has(word: Word): boolean {
    return this.#used.has(word);
  }

  /** The words of a line that are not dealt with; its keyword is not one. */
  rest([, ...words]: Line): Word[] {
    return words.filter((word) => !this.#used.has(word));
  }
}
