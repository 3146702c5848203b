/**
 * A cursor over bytes for detectors: nested, length-checked, never out of
 * bounds.
 *
 * @module
 */

/**
 * Reads big-endian fields off a byte range.
 *
 * Reading past the end returns 0 (or an empty range) and sets
 * {@linkcode ByteReader.failed}, so that a parser reads a whole structure and
 * asks once at its end. A nested structure gets a reader of its own by
 * {@linkcode ByteReader.sub}, and so can never read past its outer length.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #failed = false;

  /** A reader of `bytes` from `start` up to `end`. */
  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Whether a read went past the end. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#failed ? 0 : this.#end - this.#at;
  }

  /** Reads one byte. */
  u8(): number {
    const at = this.#advance(1);
    return at < 0 ? 0 : this.#bytes[at]!;
  }

  /** Reads 16 bits. */
  u16(): number {
    const at = this.#advance(2);
    return at < 0 ? 0 : (this.#bytes[at]! << 8) | this.#bytes[at + 1]!;
  }

  /** Reads 24 bits. */
  u24(): number {
    const at = this.#advance(3);
    if (at < 0) return 0;
    return (this.#bytes[at]! << 16) | (this.#bytes[at + 1]! << 8) |
      this.#bytes[at + 2]!;
  }

  /** Passes over bytes. */
  skip(count: number): void {
    this.#advance(count);
  }

  /** A reader over the next bytes, which this one passes over. */
  sub(count: number): ByteReader {
    const at = this.#advance(count);
    return at < 0
      ? new ByteReader(this.#bytes, 0, 0)
      : new ByteReader(this.#bytes, at, at + count);
  }

  /** The next bytes, without a copy. */
  take(count: number): Uint8Array {
    const at = this.#advance(count);
    return at < 0
      ? this.#bytes.subarray(0, 0)
      : this.#bytes.subarray(at, at + count);
  }

  /** The next bytes as text, one character (U+0000 to U+00FF) a byte. */
  latin1(count: number): string {
    return latin1(this.take(count));
  }

  #advance(count: number): number {
    if (this.#failed || count < 0 || count > this.#end - this.#at) {
      this.#failed = true;
      return -1;
    }
    const at = this.#at;
    this.#at += count;
    return at;
  }
}

/** Bytes as text, one character (U+0000 to U+00FF) a byte. */
export function latin1(bytes: Uint8Array): string {
  if (bytes.length <= MAX_ARGUMENTS) return fromBytes(bytes);
  let text = "";
  for (let at = 0; at < bytes.length; at += MAX_ARGUMENTS) {
    text += fromBytes(bytes.subarray(at, at + MAX_ARGUMENTS));
  }
  return text;
}

/** Most bytes at once, as each is an argument. */
const MAX_ARGUMENTS = 1024;

/** Not TextDecoder: its "latin1" is windows-1252. */
function fromBytes(bytes: Uint8Array): string {
  // `apply` takes any array-like, which its type does not say.
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

/**
 * Compares the start of a view with a fixed text.
 *
 * @returns `true` when the text is there, `false` when a byte differs, `null`
 * when the view ends before either is known.
 */
export function startsWith(view: Uint8Array, text: Uint8Array): boolean | null {
  const length = Math.min(view.length, text.length);
  for (let i = 0; i < length; i++) if (view[i] !== text[i]) return false;
  return length === text.length ? true : null;
}

/** The bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}
