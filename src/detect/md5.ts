/**
 * MD5 (RFC 1321), for JA3, which is defined by it. Not for security.
 *
 * @module
 */
import { BLOCK_BYTES, padded } from "./hash_words.ts";

/** Bits of rotation, by round and step (§3.4). */
const SHIFTS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [
  6,
  10,
  15,
  21,
]];
/** The table T (§3.4). */
const SINES = Uint32Array.from(
  { length: 64 },
  (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32),
);

/** The MD5 of a message as 32 hexadecimal digits. */
export function md5Hex(message: Uint8Array): string {
  const view = padded(message, true);
  const state = new Uint32Array([
    0x67452301,
    0xefcdab89,
    0x98badcfe,
    0x10325476,
  ]);
  for (let at = 0; at < view.byteLength; at += BLOCK_BYTES) {
    compress(state, view, at);
  }
  let hex = "";
  for (const byte of new Uint8Array(littleEndian(state))) {
    hex += byte.toString(16).padStart(2, "0");
  }
  return hex;
}

function compress(state: Uint32Array, view: DataView, at: number): void {
  let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    const word = view.getUint32(at + wordOf(round, i) * 4, true);
    const sum = a + mix(round, b, c, d) + SINES[i]! + word | 0;
    const shift = SHIFTS[round]![i & 3]!;
    const rotated = (sum << shift) | (sum >>> (32 - shift));
    [a, d, c, b] = [d, c, b, (b + rotated) | 0];
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
}

/** The functions F, G, H and I (§3.4). */
function mix(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (b & d) | (c & ~d);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}

/** Which word of the block a step takes. */
function wordOf(round: number, i: number): number {
  if (round === 0) return i;
  if (round === 1) return (5 * i + 1) & 15;
  return round === 2 ? (3 * i + 5) & 15 : (7 * i) & 15;
}

function littleEndian(state: Uint32Array): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(state.length * 4));
  state.forEach((word, i) => view.setUint32(i * 4, word, true));
  return view.buffer;
}
