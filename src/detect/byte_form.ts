/**
 * Bytes of a fixed form: which values each may have.
 *
 * @module
 */
import type { More, No } from "./detector.ts";
import { more, NO } from "./detector.ts";

/** A byte, a range of bytes, any byte. */
const PART = /([\da-f]{2})(?:-([\da-f]{2}))?|\.\./g;

/** The form of a header, which says `no` at the first byte that does not fit. */
export class ByteForm {
  /** Bytes in it. */
  readonly length: number;
  readonly #low: Uint8Array;
  readonly #high: Uint8Array;

  /**
   * Makes a form.
   *
   * @param text Bytes as hexadecimal digits in lower case: `00` is that byte,
   * `00-03` one of those, `..` any. White space counts for nothing.
   */
  constructor(text: string) {
    const parts = [...text.matchAll(PART)];
    this.length = parts.length;
    this.#low = Uint8Array.from(parts, ([, low]) => parseInt(low ?? "00", 16));
    this.#high = Uint8Array.from(
      parts,
      ([, low, high]) => parseInt(high ?? low ?? "ff", 16),
    );
  }

  /**
   * Compares the bytes at a place.
   *
   * @returns `no` at the first that does not fit, `more` while they are not all
   * there, `null` when they are.
   */
  check(view: Uint8Array, at = 0): No | More | null {
    for (let i = 0; i < this.length; i++) {
      const byte = view[at + i];
      if (byte === undefined) return more(view.length + 1);
      if (byte < this.#low[i]! || byte > this.#high[i]!) return NO;
    }
    return null;
  }
}
