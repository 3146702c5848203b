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

/**
 * Decodes a string.
 *
 * @returns Its bytes, or `null` when it is broken: it holds the end-of-string
 * symbol, or its last byte is not padded with the start of that symbol.
 */
export function decodeHuffman(bytes: Uint8Array): Uint8Array | null {
  // The shortest code has 5 bits.
  const decoded = new Uint8Array(Math.floor(bytes.length * 8 / 5));
  let length = 0;
  let code = 0; // The bits of the code so far,
  let bits = 0; // how many,
  let first = 0; // the first code of that length,
  let index = 0; // and its place among the symbols.
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = (code << 1) | ((byte >> bit) & 1);
      first = (first + COUNTS[bits]!) << 1;
      index += COUNTS[bits]!;
      bits++;
      if (code - first >= COUNTS[bits]!) continue;
      const symbol = SYMBOLS[index + code - first]!;
      if (symbol === END_OF_STRING) return null;
      decoded[length++] = symbol;
      code =
        bits =
        first =
        index =
          0;
    }
  }
  const padded = bits < 8 && code === (1 << bits) - 1;
  return padded ? decoded.subarray(0, length) : null;
}
