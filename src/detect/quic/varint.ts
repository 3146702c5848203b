/**
 * Variable-length integers of QUIC (RFC 9000 §16).
 *
 * @module
 */

/**
 * Reads such integers off bytes.
 *
 * Reading past the end gives 0 and sets {@linkcode VarintReader.failed}, so that
 * a parser asks once behind a structure. Values above 2^53 are not exact, but
 * larger than any length that fits.
 */
export class VarintReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  /** Place of the next byte. */
  at: number;
  /** Whether a read went past the end. */
  failed = false;

  /** A reader of `bytes` from `start` up to `end`. */
  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.failed ? 0 : this.#end - this.at;
  }

  /** Reads an integer. */
  varint(): number {
    const first = this.#bytes[this.at]!;
    const length = this.left < 1 ? Infinity : 1 << (first >> 6);
    if (length > this.left) {
      this.failed = true;
      return 0;
    }
    let value = first & 0x3f;
    for (let i = 1; i < length; i++) {
      value = value * 256 + this.#bytes[this.at + i]!;
    }
    this.at += length;
    return value;
  }

  /** Passes over bytes that are 0. */
  skipZeros(): void {
    while (this.at < this.#end && this.#bytes[this.at] === 0) this.at++;
  }

  /** The next bytes, without a copy. */
  take(count: number): Uint8Array {
    if (count > this.left) {
      this.failed = true;
      return this.#bytes.subarray(0, 0);
    }
    const from = this.at;
    this.at += count;
    return this.#bytes.subarray(from, this.at);
  }
}

/** An integer below 2^30 in the fewest bytes. */
export function varint(value: number): number[] {
  if (value < 0x40) return [value];
  if (value < 0x4000) return [0x40 | (value >> 8), value & 255];
  return [
    0x80 | (value >> 24),
    (value >> 16) & 255,
    (value >> 8) & 255,
    value & 255,
  ];
}
