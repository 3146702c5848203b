/**
 * AES-128 (FIPS 197), encryption of single blocks, which is all that GCM and the
 * header protection of QUIC need.
 *
 * By tables, so that its time depends on the key: only for keys that everybody
 * can work out, as those of QUIC's Initial packets.
 *
 * @module
 */

/** Bytes of a key and of a block. */
export const BLOCK_BYTES = 16;

const ROUNDS = 10;
const ROUND_KEY_WORDS = 4 * (ROUNDS + 1);

const SBOX = new Uint8Array(256);
/** SubBytes and MixColumns of a byte in the first row; rotated for the others. */
const ROUND_TABLE = new Int32Array(256);
fillTables();

/** A key, expanded. */
export class Aes128 {
  readonly #keys = new Int32Array(ROUND_KEY_WORDS);

  /** @param key 16 bytes. */
  constructor(key: Uint8Array) {
    const keys = this.#keys;
    for (let i = 0; i < 4; i++) keys[i] = word(key, i * 4);
    let constant = 1;
    for (let i = 4; i < ROUND_KEY_WORDS; i++) {
      let last = keys[i - 1]!;
      if (i % 4 === 0) {
        last = substitute((last << 8) | (last >>> 24)) ^ (constant << 24);
        constant = double(constant);
      }
      keys[i] = keys[i - 4]! ^ last;
    }
  }

  /** Encrypts a block of 4 words, the first byte highest, in its place. */
  encrypt(block: Int32Array): void {
    const keys = this.#keys;
    const t = ROUND_TABLE;
    let a = block[0]! ^ keys[0]!;
    let b = block[1]! ^ keys[1]!;
    let c = block[2]! ^ keys[2]!;
    let d = block[3]! ^ keys[3]!;
    let k = 4;
    for (; k < 4 * ROUNDS; k += 4) {
      const p = mix(t, a, b, c, d) ^ keys[k]!;
      const q = mix(t, b, c, d, a) ^ keys[k + 1]!;
      const r = mix(t, c, d, a, b) ^ keys[k + 2]!;
      const s = mix(t, d, a, b, c) ^ keys[k + 3]!;
      a = p;
      b = q;
      c = r;
      d = s;
    }
    block[0] = last(a, b, c, d) ^ keys[k]!;
    block[1] = last(b, c, d, a) ^ keys[k + 1]!;
    block[2] = last(c, d, a, b) ^ keys[k + 2]!;
    block[3] = last(d, a, b, c) ^ keys[k + 3]!;
  }
}

/** One column behind SubBytes, ShiftRows and MixColumns. */
function mix(
  table: Int32Array,
  a: number,
  b: number,
  c: number,
  d: number,
): number {
  const second = table[(b >>> 16) & 255]!;
  const third = table[(c >>> 8) & 255]!;
  const fourth = table[d & 255]!;
  return table[a >>> 24]! ^
    ((second >>> 8) | (second << 24)) ^
    ((third >>> 16) | (third << 16)) ^
    ((fourth >>> 24) | (fourth << 8));
}

/** One column of the last round, which has no MixColumns. */
function last(a: number, b: number, c: number, d: number): number {
  return (SBOX[a >>> 24]! << 24) | (SBOX[(b >>> 16) & 255]! << 16) |
    (SBOX[(c >>> 8) & 255]! << 8) | SBOX[d & 255]!;
}

function substitute(value: number): number {
  return last(value, value, value, value);
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) |
    bytes[at + 3]!;
}

/** Twice a value in the field of AES (§4.2.1). */
function double(value: number): number {
  return (value << 1) ^ (value & 0x80 ? 0x11b : 0);
}

function fillTables(): void {
  // 3 is a generator of the field, and 0xf6 its inverse: so the two run through
  // all values and their inverses.
  let value = 1;
  let inverse = 1;
  do {
    value ^= double(value);
    inverse = divideBy3(inverse);
    const rotated = inverse | (inverse << 8);
    SBOX[value] = 0x63 ^ inverse ^ (rotated >> 7) ^ (rotated >> 6) ^
      (rotated >> 5) ^ (rotated >> 4);
  } while (value !== 1);
  SBOX[0] = 0x63;
  for (let i = 0; i < 256; i++) {
    const s = SBOX[i]!;
    const twice = double(s);
    ROUND_TABLE[i] = (twice << 24) | (s << 16) | (s << 8) | (twice ^ s);
  }
}

/** A value divided by 3 in the field of AES. */
function divideBy3(value: number): number {
  let quotient = value ^ (value << 1);
  quotient ^= quotient << 2;
  quotient ^= quotient << 4;
  quotient &= 255;
  return quotient & 0x80 ? quotient ^ 0x09 : quotient;
}
