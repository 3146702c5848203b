/**
 * HalfSipHash-2-4 with 64 bits of output: a short hash that nobody can steer
 * who does not know its key (Aumasson and Bernstein; the reference is
 * veorq/SipHash, halfsiphash.c).
 *
 * @module
 */

/** Two words of 32 bits. */
export type WordPair = readonly [number, number];

const MESSAGE_ROUNDS = 2;
const FINAL_ROUNDS = 4;

/** The hash of some words of 32 bits, as if each were 4 bytes, lowest first. */
export function halfSipHash(words: readonly number[], key: WordPair): WordPair {
  const state = Int32Array.of(
    key[0],
    key[1] ^ 0xee,
    0x6c796765 ^ key[0],
    0x74656462 ^ key[1],
  );
  for (const word of words) absorb(state, word);
  absorb(state, words.length * 4 << 24);
  state[2]! ^= 0xee;
  mix(state, FINAL_ROUNDS);
  const first = state[1]! ^ state[3]!;
  state[1]! ^= 0xdd;
  mix(state, FINAL_ROUNDS);
  return [first >>> 0, (state[1]! ^ state[3]!) >>> 0];
}

function absorb(state: Int32Array, word: number): void {
  state[3]! ^= word;
  mix(state, MESSAGE_ROUNDS);
  state[0]! ^= word;
}

function mix(state: Int32Array, rounds: number): void {
  let v0 = state[0]!;
  let v1 = state[1]!;
  let v2 = state[2]!;
  let v3 = state[3]!;
  for (let round = 0; round < rounds; round++) {
    v0 = (v0 + v1) | 0;
    v1 = turned(v1, 5) ^ v0;
    v0 = turned(v0, 16);
    v2 = (v2 + v3) | 0;
    v3 = turned(v3, 8) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = turned(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = turned(v1, 13) ^ v2;
    v2 = turned(v2, 16);
  }
  state[0] = v0;
  state[1] = v1;
  state[2] = v2;
  state[3] = v3;
}

/** Bits turned to the left. */
function turned(word: number, bits: number): number {
  return word << bits | word >>> (32 - bits);
}
