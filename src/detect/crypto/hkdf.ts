/**
 * HKDF with SHA-256 (RFC 5869) and HKDF-Expand-Label of TLS 1.3 (RFC 9846 §7.1),
 * for keys of at most 32 bytes.
 *
 * @module
 */
import { BLOCK_BYTES } from "../hash_words.ts";
import { compress, initialState } from "../sha256.ts";

/** Bytes of a hash, and the most that {@linkcode expandLabel} gives. */
const HASH_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * A key of HMAC (RFC 2104), ready for messages: the hash of its two padded
 * blocks, which every message would have to go through again.
 */
export class HmacKey {
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;

  /** @param key At most 64 bytes. */
  constructor(key: Uint8Array) {
    this.#inner = padState(key, INNER_PAD);
    this.#outer = padState(key, OUTER_PAD);
  }

  /** The HMAC of a message of at most 55 bytes. */
  sign(message: Uint8Array): Uint8Array {
    const inner = hashShort(this.#inner, message);
    return hashShort(this.#outer, inner);
  }
}

/** Makes `label` as {@linkcode expandLabel} wants it, once for all keys. */
export function hkdfLabel(label: string, length: number): Uint8Array {
  const text = new TextEncoder().encode("tls13 " + label);
  // The context is empty; the last byte counts the first block of the output.
  return Uint8Array.of(0, length, text.length, ...text, 0, 1);
}

/** HKDF-Expand-Label with an empty context. */
export function expandLabel(secret: HmacKey, label: Uint8Array): Uint8Array {
  return secret.sign(label).subarray(0, label[1]!);
}

function padState(key: Uint8Array, pad: number): Int32Array {
  const block = new Uint8Array(BLOCK_BYTES).fill(pad);
  for (let i = 0; i < key.length; i++) block[i]! ^= key[i]!;
  const state = initialState();
  compress(state, new DataView(block.buffer), 0);
  return state;
}

/** Ends the hash of a padded key with a message that fits into one block. */
function hashShort(start: Int32Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(message);
  block[message.length] = 0x80;
  const view = new DataView(block.buffer);
  view.setUint32(BLOCK_BYTES - 4, (BLOCK_BYTES + message.length) * 8);
  const state = start.slice();
  compress(state, view, 0);
  for (let i = 0; i < state.length; i++) view.setInt32(i * 4, state[i]!);
  return block.subarray(0, HASH_BYTES);
}
