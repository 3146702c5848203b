/**
 * Bencoding (BitTorrent, BEP 3): `i42e`, `4:text`, `l...e` and `d...e`.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";

const INTEGER = 0x69;
const LIST = 0x6c;
const DICTIONARY = 0x64;
const END = 0x65;
const COLON = 0x3a;
const MAX_DEPTH = 8;
/** Digits of a length or a number. */
const MAX_DIGITS = 20;

/** Reads a value that fills bytes. */
export class BencodeReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** A reader of all bytes. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The keys of a dictionary that fills the bytes; `null`: it does not. */
  dictionaryKeys(): string[] | null {
    if (this.#bytes[0] !== DICTIONARY) return null;
    const keys: string[] = [];
    this.#at = 1;
    while (this.#bytes[this.#at] !== END) {
      const key = this.#string();
      if (key === null || !this.#skip(1)) return null;
      keys.push(latin1(key));
    }
    return this.#at + 1 === this.#bytes.length ? keys : null;
  }

  /** Passes over a value; `false`: there is none. */
  #skip(depth: number): boolean {
    const first = this.#bytes[this.#at];
    if (first === INTEGER) {
      this.#at++;
      return this.#number(END) !== null;
    }
    if (first !== LIST && first !== DICTIONARY) return this.#string() !== null;
    if (depth === MAX_DEPTH) return false;
    this.#at++;
    while (this.#bytes[this.#at] !== END) {
      if (first === DICTIONARY && this.#string() === null) return false;
      if (!this.#skip(depth + 1)) return false;
    }
    this.#at++;
    return true;
  }

  #string(): Uint8Array | null {
    const length = this.#number(COLON);
    if (length === null || length < 0) return null;
    const end = this.#at + length;
    if (end > this.#bytes.length) return null;
    const value = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return value;
  }

  /** Reads digits, maybe behind a minus, up to a mark, which it passes over. */
  #number(mark: number): number | null {
    const end = this.#bytes.subarray(this.#at, this.#at + MAX_DIGITS)
      .indexOf(mark);
    if (end < 1) return null;
    const text = latin1(this.#bytes.subarray(this.#at, this.#at + end));
    this.#at += end + 1;
    return /^-?\d+$/.test(text) ? Number(text) : null;
  }
}
