/**
 * SHA-256 (FIPS 180-4), for fingerprints: the runtime's own is asynchronous, and
 * a detector answers at once.
 *
 * @module
 */
import { BLOCK_BYTES, padded } from "./hash_words.ts";

/** The first 32 bits of the fractional parts of roots of the first primes. */
const ROUND_CONSTANTS = new Uint32Array(64);
const INITIAL = new Uint32Array(8);
fillConstants();

/** The SHA-256 of a message as 64 hexadecimal digits. */
export function sha256Hex(message: Uint8Array): string {
  const view = padded(message, false);
  const state = INITIAL.slice();
  const words = new Uint32Array(64);
  for (let at = 0; at < view.byteLength; at += BLOCK_BYTES) {
    expand(view, at, words);
    compress(state, words);
  }
  let hex = "";
  for (const word of state) hex += word.toString(16).padStart(8, "0");
  return hex;
}

/** The message schedule of a block (§6.2.2, step 1). */
function expand(view: DataView, at: number, words: Uint32Array): void {
  for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + i * 4);
  for (let i = 16; i < 64; i++) {
    const a = words[i - 15]!;
    const b = words[i - 2]!;
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    words[i] = words[i - 16]! + s0 + words[i - 7]! + s1;
  }
}

/** The 64 rounds over a block (§6.2.2, steps 2 to 4). */
function compress(state: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + s1 + choice + ROUND_CONSTANTS[i]! + words[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const t2 = (s0 + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => state[i]! += word);
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function fillConstants(): void {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  primes.forEach((prime, i) => {
    ROUND_CONSTANTS[i] = fraction(Math.cbrt(prime));
    if (i < 8) INITIAL[i] = fraction(Math.sqrt(prime));
  });
}

/** The first 32 bits behind the point. */
function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}
