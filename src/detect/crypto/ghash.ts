/**
 * GHASH, the authentication of GCM (NIST SP 800-38D §6.4), by a table of 16
 * multiples of the hash key: four bits a step.
 *
 * Words hold the first byte of a block highest; the first bit of a block is the
 * lowest power in its field.
 *
 * @module
 */

const BLOCK_BYTES = 16;
/** What the field's polynomial adds for the four bits that leave at the end. */
const REDUCTION = new Int32Array(16);
for (let bits = 0; bits < 16; bits++) {
  for (let bit = 0; bit < 4; bit++) {
    if (bits & (1 << bit)) REDUCTION[bits]! ^= 0xe1000000 >>> (3 - bit);
  }
}

/** A hash key. */
export class Ghash {
  /** The multiples of the key, by word. */
  readonly #table = new Int32Array(64);

  /** @param key The 4 words of the encrypted block of zeros. */
  constructor(key: Int32Array) {
    const table = this.#table;
    let [a, b, c, d] = [key[0]!, key[1]!, key[2]!, key[3]!];
    for (let place = 8; place > 0; place >>= 1) {
      table.set([a, b, c, d], place * 4);
      const reduced = d & 1 ? 0xe1000000 : 0;
      d = (d >>> 1) | (c << 31);
      c = (c >>> 1) | (b << 31);
      b = (b >>> 1) | (a << 31);
      a = (a >>> 1) ^ reduced;
    }
    for (let i = 3; i < 16; i++) {
      const high = i & -i;
      if (high === i) continue;
      for (let w = 0; w < 4; w++) {
        table[i * 4 + w] = table[high * 4 + w]! ^ table[(i ^ high) * 4 + w]!;
      }
    }
  }

  /**
   * Takes bytes into a hash; the last block is filled with zeros.
   *
   * @param hash 4 words.
   */
  update(hash: Int32Array, bytes: Uint8Array): void {
    const whole = bytes.length - bytes.length % BLOCK_BYTES;
    for (let at = 0; at < whole; at += BLOCK_BYTES) {
      this.#block(hash, bytes, at);
    }
    if (whole === bytes.length) return;
    const rest = new Uint8Array(BLOCK_BYTES);
    rest.set(bytes.subarray(whole));
    this.#block(hash, rest, 0);
  }

  /** Adds a block and multiplies by the key. */
  #block(hash: Int32Array, bytes: Uint8Array, at: number): void {
    const table = this.#table;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = BLOCK_BYTES - 1; i >= 0; i--) {
      const byte = bytes[at + i]! ^ (hash[i >> 2]! >>> (24 - 8 * (i & 3)));
      for (let shift = 0; shift <= 4; shift += 4) {
        const leaving = d & 15;
        const entry = ((byte >>> shift) & 15) * 4;
        d = ((d >>> 4) | (c << 28)) ^ table[entry + 3]!;
        c = ((c >>> 4) | (b << 28)) ^ table[entry + 2]!;
        b = ((b >>> 4) | (a << 28)) ^ table[entry + 1]!;
        a = (a >>> 4) ^ REDUCTION[leaving]! ^ table[entry]!;
      }
    }
    hash[0] = a;
    hash[1] = b;
    hash[2] = c;
    hash[3] = d;
  }
}
