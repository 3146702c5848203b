/**
 * BLAKE2s (RFC 7693), with and without a key, for the first MAC of WireGuard's
 * messages: the runtime's crypto has none with a key, and a detector answers at
 * once.
 *
 * @module
 */

const BLOCK_BYTES = 64;
const ROUNDS = 10;
/** The first words of SHA-256. */
const INITIAL = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);

/** The order of the message's words, by round (§2.7). */
const ORDER = Uint8Array.from(
  "0123456789abcdef" + "ea489fd61c02b753" + "b8c052fdae367194" +
    "7931dcbe265a40f8" + "905724afe1bc683d" + "2c6a0b834d75fe19" +
    "c51fed4a0763928b" + "db7ec13950f4862a" + "6fe9b308c2d714a5" +
    "a2847615fb9e3cd0",
  (digit) => parseInt(digit, 16),
);

/** Words of a block and of the working state; nothing of them lasts. */
const words = new Int32Array(16);
const work = new Int32Array(16);

/** How a hash is made. */
export interface Blake2sOptions {
  /** Bytes of the hash, at most 32. Default: 32. */
  readonly length?: number;
  /** A key of at most 32 bytes, which makes it a MAC. Default: none. */
  readonly key?: Uint8Array;
}

/** The hash of a message of less than 4 GiB. */
export function blake2s(
  message: Uint8Array,
  { length = 32, key }: Blake2sOptions = {},
): Uint8Array {
  const state = INITIAL.slice();
  state[0]! ^= 0x01010000 | ((key?.length ?? 0) << 8) | length;
  let done = 0;
  if (key !== undefined) {
    done = BLOCK_BYTES;
    compress(state, key, 0, { done, last: message.length === 0 });
  }
  // A message that ends with a block has no empty one behind it.
  const start = done;
  for (let at = 0; at < message.length || done === 0; at += BLOCK_BYTES) {
    const end = Math.min(at + BLOCK_BYTES, message.length);
    const last = end === message.length;
    done = start + (last ? end : at + BLOCK_BYTES);
    compress(state, message, at, { done, last });
    if (last) break;
  }
  const hash = new DataView(new ArrayBuffer(32));
  for (let i = 0; i < 8; i++) hash.setInt32(i * 4, state[i]!, true);
  return new Uint8Array(hash.buffer, 0, length);
}

/** Takes a block, filled with zeros, into a state (§3.2). */
function compress(
  state: Int32Array,
  message: Uint8Array,
  at: number,
  { done, last }: { readonly done: number; readonly last: boolean },
): void {
  for (let i = 0; i < 16; i++) {
    const p = at + i * 4;
    // Past the end of the message there are zeros.
    words[i] = byteAt(message, p) | byteAt(message, p + 1) << 8 |
      byteAt(message, p + 2) << 16 | byteAt(message, p + 3) << 24;
  }
  work.set(state);
  work.set(INITIAL, 8);
  work[12]! ^= done;
  if (last) work[14]! ^= -1;
  for (let round = 0; round < ROUNDS; round++) {
    const order = round * 16;
    for (let i = 0; i < 4; i++) {
      const x = words[ORDER[order + 2 * i]!]!;
      const y = words[ORDER[order + 2 * i + 1]!]!;
      mix(i, 4 + i, 8 + i, 12 + i, x, y);
    }
    for (let i = 0; i < 4; i++) {
      const x = words[ORDER[order + 8 + 2 * i]!]!;
      const y = words[ORDER[order + 9 + 2 * i]!]!;
      mix(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, x, y);
    }
  }
  for (let i = 0; i < 8; i++) state[i]! ^= work[i]! ^ work[i + 8]!;
}

/** The function G (§3.1). */
function mix(
  a: number,
  b: number,
  c: number,
  d: number,
  x: number,
  y: number,
): void {
  let [p, q, r, s] = [work[a]!, work[b]!, work[c]!, work[d]!];
  p = (p + q + x) | 0;
  s = rotate(s ^ p, 16);
  r = (r + s) | 0;
  q = rotate(q ^ r, 12);
  p = (p + q + y) | 0;
  s = rotate(s ^ p, 8);
  r = (r + s) | 0;
  q = rotate(q ^ r, 7);
  work[a] = p;
  work[b] = q;
  work[c] = r;
  work[d] = s;
}

function byteAt(message: Uint8Array, at: number): number {
  return at < message.length ? message[at]! : 0;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
