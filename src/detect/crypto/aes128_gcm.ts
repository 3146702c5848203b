/**
 * AES-128-GCM (NIST SP 800-38D) with a nonce of 12 bytes and a tag of 16, as
 * QUIC's Initial packets have it (RFC 9001 §5.3).
 *
 * @module
 */
import { Aes128, BLOCK_BYTES } from "./aes128.ts";
import { Ghash } from "./ghash.ts";

/** Bytes of the tag behind the ciphertext. */
export const TAG_BYTES = 16;

/** A packet, or what it is made of. */
export interface Sealed {
  /** 12 bytes, used for one packet. */
  readonly nonce: Uint8Array;
  /** What is authenticated and not encrypted. */
  readonly header: Uint8Array;
  /** To open: ciphertext and tag; to seal: plaintext. */
  readonly body: Uint8Array;
}

/** A key for packets. */
export class Aes128Gcm {
  readonly #aes: Aes128;
  readonly #ghash: Ghash;

  /** @param key 16 bytes. */
  constructor(key: Uint8Array) {
    this.#aes = new Aes128(key);
    const hashKey = new Int32Array(4);
    this.#aes.encrypt(hashKey);
    this.#ghash = new Ghash(hashKey);
  }

  /** The plaintext; `null`: the tag is not that of this packet. */
  open({ nonce, header, body }: Sealed): Uint8Array | null {
    const end = body.length - TAG_BYTES;
    if (end < 0) return null;
    const text = body.subarray(0, end);
    const tag = this.#tag(nonce, header, text);
    for (let i = 0; i < TAG_BYTES; i++) {
      if (tag[i] !== body[end + i]) return null;
    }
    return this.#crypt(nonce, text, new Uint8Array(end));
  }

  /** The ciphertext and the tag. */
  seal({ nonce, header, body }: Sealed): Uint8Array {
    const sealed = new Uint8Array(body.length + TAG_BYTES);
    const text = this.#crypt(nonce, body, sealed.subarray(0, body.length));
    sealed.set(this.#tag(nonce, header, text), body.length);
    return sealed;
  }

  /** Encrypts, or decrypts, by counters from 2 on. */
  #crypt(nonce: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
    const n = words(nonce);
    const block = new Int32Array(4);
    let at = 0;
    for (let count = 2; at < from.length; count++) {
      block.set(n);
      block[3] = count;
      this.#aes.encrypt(block);
      const end = Math.min(at + BLOCK_BYTES, from.length);
      for (let i = 0; at < end; i++, at++) {
        to[at] = from[at]! ^ (block[i >> 2]! >>> (24 - 8 * (i & 3)));
      }
    }
    return to;
  }

  #tag(nonce: Uint8Array, header: Uint8Array, text: Uint8Array): Uint8Array {
    const hash = new Int32Array(4);
    this.#ghash.update(hash, header);
    this.#ghash.update(hash, text);
    const tag = new Uint8Array(TAG_BYTES);
    const view = new DataView(tag.buffer);
    view.setUint32(4, header.length * 8);
    view.setUint32(12, text.length * 8);
    this.#ghash.update(hash, tag);
    const mask = words(nonce, 1);
    this.#aes.encrypt(mask);
    for (let i = 0; i < 4; i++) view.setInt32(i * 4, hash[i]! ^ mask[i]!);
    return tag;
  }
}

/** A nonce as words, with the counter of a block behind it. */
function words(nonce: Uint8Array, count = 0): Int32Array {
  const view = new DataView(nonce.buffer, nonce.byteOffset, nonce.length);
  return Int32Array.of(
    view.getInt32(0),
    view.getInt32(4),
    view.getInt32(8),
    count,
  );
}
