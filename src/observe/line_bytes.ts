/**
 * A log line as bytes.
 *
 * A line is on the way of every connection. Put together of texts, it would leave
 * some sixty of them for the collector and would have to be encoded.
 *
 * @module
 */
import { quoted } from "./printable.ts";

/** Room at first, in bytes; a line of a connection needs no more. */
const ROOM = 4_096;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const DOT = 0x2e;
/** Whole numbers below this are written as `int32`. */
const MAX_INT = 2 ** 31;
/** Decimals of at most 15 digits are told apart by a double (IEEE 754). */
const MAX_MILLIONTHS = 1e15;

/** Printable ASCII that grows at its end, in memory that is used again. */
export class LineBytes {
  #bytes = new Uint8Array(ROOM);
  #length = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Takes back what was added since it was so long. */
  back(length: number): void {
    this.#length = length;
  }

  /** All of it; valid until it is changed. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds bytes as they are: cheaper than a text that is always the same. */
  raw(added: Uint8Array): void {
    const { length } = added;
    const bytes = this.#withRoom(length);
    const at = this.#length;
    for (let i = 0; i < length; i++) bytes[at + i] = added[i]!;
    this.#length = at + length;
  }

  /** Adds a text as it is; of ASCII only. */
  text(text: string): void {
    const { length } = text;
    const bytes = this.#withRoom(length);
    const at = this.#length;
    for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
    this.#length = at + length;
  }

  /** Adds any text as a JSON string, as {@linkcode quoted} does. */
  quoted(text: string): void {
    const { length } = text;
    const bytes = this.#withRoom(length + 2);
    let at = this.#length;
    bytes[at++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (!isPlain(code)) return this.text(quoted(text));
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#length = at;
  }

  /** Adds a number, as `String` writes it. */
  number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value < MAX_INT) {
      return this.#whole(value);
    }
    const millionths = Math.round(value * 1e6);
    const isDecimal = millionths >= 1 && millionths < MAX_MILLIONTHS &&
      millionths / 1e6 === value;
    if (isDecimal) this.#decimal(millionths);
    else this.text(String(value));
  }

  #whole(value: number): void {
    let count = 1;
    for (let above = 10; above <= value; above *= 10) count++;
    this.#digits(value, count);
  }

  #decimal(millionths: number): void {
    const whole = Math.floor(millionths / 1e6);
    let fraction = millionths - whole * 1e6;
    let count = 6;
    while (fraction % 10 === 0) {
      fraction /= 10;
      count--;
    }
    this.#whole(whole);
    this.#withRoom(1)[this.#length++] = DOT;
    this.#digits(fraction, count);
  }

  #digits(value: number, count: number): void {
    const bytes = this.#withRoom(count);
    const at = this.#length;
    this.#length = at + count;
    let left = value;
    for (let i = at + count - 1; i >= at; i--) {
      const tenth = (left / 10) | 0;
      bytes[i] = ZERO + left - tenth * 10;
      left = tenth;
    }
  }

  /** The memory, with room for so many more bytes. */
  #withRoom(count: number): Uint8Array {
    const needed = this.#length + count;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(2 * needed);
      grown.set(this.view());
      this.#bytes = grown;
    }
    return this.#bytes;
  }
}

/** Whether a JSON string may have a character as it is. */
function isPlain(code: number): boolean {
  return code >= 0x20 && code <= 0x7e && code !== QUOTE && code !== BACKSLASH;
}
