/**
 * SHA-256 (FIPS 180-4), for fingerprints and the keys of QUIC's first packets:
 * the runtime's own is asynchronous, and a detector answers at once.
 *
 * @module
 */
import { BLOCK_BYTES, padded } from "./hash_words.ts";

/** Words of a state. */
const STATE_WORDS = 8;

/** The first 32 bits of the fractional parts of roots of the first primes. */
const ROUND_CONSTANTS = new Int32Array(64);
const INITIAL = new Int32Array(STATE_WORDS);
fillConstants();

/** The message schedule of one block; nothing of it lasts. */
const schedule = new Int32Array(64);

/** The SHA-256 of a message as 64 hexadecimal digits. */
export function sha256Hex(message: Uint8Array): string {
  const state = initialState();
  const blocks = padded(message, false);
  for (let at = 0; at < blocks.byteLength; at += BLOCK_BYTES) {
    compress(state, blocks, at);
  }
  let hex = "";
  for (const word of state) hex += (word >>> 0).toString(16).padStart(8, "0");
  return hex;
}

/** The state before the first block. */
export function initialState(): Int32Array {
  return INITIAL.slice();
}

/** Takes a block of 64 bytes that stands at a place into a state (§6.2.2). */
export function compress(
  state: Int32Array,
  blocks: DataView,
  place: number,
): void {
  expand(blocks, place);
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + s1 + choice + ROUND_CONSTANTS[i]! + schedule[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + s0 + majority) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

/** The message schedule of a block (§6.2.2, step 1). */
function expand(blocks: DataView, place: number): void {
  for (let i = 0; i < 16; i++) schedule[i] = blocks.getInt32(place + i * 4);
  for (let i = 16; i < 64; i++) {
    const a = schedule[i - 15]!;
    const b = schedule[i - 2]!;
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    schedule[i] = (schedule[i - 16]! + s0 + schedule[i - 7]! + s1) | 0;
  }
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
    if (i < STATE_WORDS) INITIAL[i] = fraction(Math.sqrt(prime));
  });
}

/** The first 32 bits behind the point. */
function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}
