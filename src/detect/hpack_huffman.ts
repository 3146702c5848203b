/**
 * The Huffman code of HPACK (RFC 7541 §5.2 and appendix B).
 *
 * The code is canonical: codes of one length are consecutive, in the order of
 * their symbols, and each length goes on where the shorter one stopped. So the
 * lengths alone define it.
 *
 * @module
 */

/** Longest code in bits. */
const MAX_CODE_BITS = 30;
/** The symbol that may not be in a string, only (in part) pad its last byte. */
const END_OF_STRING = 256;

/** Length of each symbol's code in bits: the bytes 0 to 255, end of string. */
// deno-fmt-ignore
export const HUFFMAN_CODE_BITS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
   6, 10, 10, 12, 13,  6,  8, 11, 10, 10,  8, 11,  8,  6,  6,  6,
   5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8, 15,  6, 12, 10,
  13,  6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
   7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8, 13, 19, 13, 14,  6,
  15,  5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,
   6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];

/** The symbols in the order of their codes. */
const SYMBOLS: readonly number[] = HUFFMAN_CODE_BITS.map((_, symbol) => symbol)
  .sort((a, b) => HUFFMAN_CODE_BITS[a]! - HUFFMAN_CODE_BITS[b]! || a - b);
/** How many codes there are, by length in bits. */
const COUNTS: readonly number[] = Array.from(
  { length: MAX_CODE_BITS + 1 },
  (_, bits) => HUFFMAN_CODE_BITS.filter((length) => length === bits).length,
);

/** Longest code that is looked up and not counted out: those of usual text. */
const SHORT_CODE_BITS = 8;
/** By the next 8 bits: length of the code that they begin with and its symbol. */
const SHORT_CODES: Uint16Array = shortCodes();

/**
 * Decodes a string.
 *
 * @returns Its bytes, or `null` when it is broken: it holds the end-of-string
 * symbol, or its last byte is not padded with the start of that symbol.
 */
export function decodeHuffman(bytes: Uint8Array): Uint8Array | null {
  const end = bytes.length * 8;
  // The shortest code has 5 bits.
  const decoded = new Uint8Array(Math.floor(end / 5));
  let length = 0;
  for (let at = 0; at < end;) {
    const short = SHORT_CODES[bitsAt(bytes, at)]!;
    const bits = short >> 8;
    if (bits > 0 && at + bits <= end) {
      decoded[length++] = short & 0xff;
      at += bits;
      continue;
    }
    const place = findLong(bytes, at);
    if (place < 0) {
      return isPadding(bytes, at) ? decoded.subarray(0, length) : null;
    }
    const symbol = SYMBOLS[place]!;
    if (symbol === END_OF_STRING) return null;
    decoded[length++] = symbol;
    at += HUFFMAN_CODE_BITS[symbol]!;
  }
  return decoded.subarray(0, length);
}

/** The next 8 bits, with zeros behind the end. */
function bitsAt(bytes: Uint8Array, at: number): number {
  const byte = at >> 3;
  const next = byte + 1 < bytes.length ? bytes[byte + 1]! : 0;
  return (((bytes[byte]! << 8) | next) >> (8 - (at & 7))) & 0xff;
}

/** The place among the symbols of the code at a bit; -1: the bytes end in it. */
function findLong(bytes: Uint8Array, from: number): number {
  let code = 0; // The bits of the code so far,
  let first = 0; // the first code of that length,
  let index = 0; // and its place among the symbols.
  const end = Math.min(bytes.length * 8, from + MAX_CODE_BITS);
  for (let at = from; at < end; at++) {
    const bits = at - from;
    code = (code << 1) | ((bytes[at >> 3]! >> (7 - (at & 7))) & 1);
    first = (first + COUNTS[bits]!) << 1;
    index += COUNTS[bits]!;
    if (code - first < COUNTS[bits + 1]!) return index + code - first;
  }
  return -1;
}

/** Whether the bits from one on are ones, and not a whole byte of them. */
function isPadding(bytes: Uint8Array, from: number): boolean {
  const count = bytes.length * 8 - from;
  const ones = (1 << count) - 1;
  return count < 8 && (bytes[bytes.length - 1]! & ones) === ones;
}

function shortCodes(): Uint16Array {
  const table = new Uint16Array(1 << SHORT_CODE_BITS);
  let code = 0;
  for (const symbol of SYMBOLS) {
    const bits = HUFFMAN_CODE_BITS[symbol]!;
    if (bits > SHORT_CODE_BITS) break;
    const spare = SHORT_CODE_BITS - bits;
    table.fill((bits << 8) | symbol, code, code + (1 << spare));
    code += 1 << spare;
  }
  return table;
}
