/**
 * The keys of QUIC's Initial packets (RFC 9001 §5), which everybody can work out:
 * they come from the destination id of the client's first Initial.
 *
 * They are worked out here and not by the runtime's crypto, so that a detector
 * stays a pure function that answers at once and depends on nothing that somebody
 * has to hand in: `crypto.subtle` is asynchronous, and `node:crypto` costs the same
 * (43 us of CPU for the keys and one packet, 47 here), as each of its calls takes
 * longer than the few blocks of a packet.
 *
 * @module
 */
import { Aes128 } from "../crypto/aes128.ts";
import { Aes128Gcm, TAG_BYTES } from "../crypto/aes128_gcm.ts";
import { expandLabel, hkdfLabel, HmacKey } from "../crypto/hkdf.ts";
import type { LongPacket } from "./header.ts";
import type { QuicVersion } from "./version.ts";

const CLIENT_LABEL = hkdfLabel("client in", 32);
const SERVER_LABEL = hkdfLabel("server in", 32);
/** The sample begins so many bytes behind the packet number's first byte. */
const SAMPLE_OFFSET = 4;
const SAMPLE_BYTES = 16;
const NUMBER_LENGTH_BITS = 0x03;
const PROTECTED_BITS = 0x0f;

/** The keys of one side's Initial packets. */
export class InitialKeys {
  readonly #packets: Aes128Gcm;
  readonly #iv: Uint8Array;
  readonly #headers: Aes128;

  /**
   * @param dcid Destination id of the client's first Initial; after a Retry, the
   * id that the server gave there.
   * @param side Who has sealed, or seals, the packets.
   */
  constructor(
    version: QuicVersion,
    dcid: Uint8Array,
    side: "client" | "server",
  ) {
    const initial = new HmacKey(version.salt.sign(dcid));
    const label = side === "client" ? CLIENT_LABEL : SERVER_LABEL;
    const secret = new HmacKey(expandLabel(initial, label));
    const { key, iv, headerProtection } = version.labels;
    this.#packets = new Aes128Gcm(expandLabel(secret, key));
    this.#iv = expandLabel(secret, iv);
    this.#headers = new Aes128(expandLabel(secret, headerProtection));
  }

  /**
   * The frames of an Initial.
   *
   * @param datagram What the packet was read from; stays as it is.
   * @returns `null`: these are not its keys, or it was altered.
   */
  open(datagram: Uint8Array, packet: LongPacket): Uint8Array | null {
    const { start, numberAt, packetEnd } = packet;
    const sampleAt = numberAt + SAMPLE_OFFSET;
    if (packetEnd < sampleAt + SAMPLE_BYTES) return null;
    const mask = this.#mask(datagram, sampleAt);
    const first = datagram[start]! ^ (mask[0]! & PROTECTED_BITS);
    const bodyAt = numberAt + 1 + (first & NUMBER_LENGTH_BITS);
    const header = datagram.slice(start, bodyAt);
    header[0] = first;
    for (let at = numberAt; at < bodyAt; at++) {
      header[at - start]! ^= mask[1 + at - numberAt]!;
    }
    const number = header.subarray(numberAt - start);
    return this.#packets.open({
      nonce: this.#nonce(number),
      header,
      body: datagram.subarray(bodyAt, packetEnd),
    });
  }

  /**
   * Seals frames.
   *
   * @param header All of the header with the packet number as its last bytes,
   * none of it protected yet, and the length for number, frames and tag in it.
   * @param frames At least 4 bytes with the number.
   */
  seal(header: Uint8Array, frames: Uint8Array): Uint8Array {
    const numberBytes = 1 + (header[0]! & NUMBER_LENGTH_BITS);
    const numberAt = header.length - numberBytes;
    const nonce = this.#nonce(header.subarray(numberAt));
    const body = this.#packets.seal({ nonce, header, body: frames });
    const packet = new Uint8Array(header.length + body.length);
    packet.set(header);
    packet.set(body, header.length);
    const mask = this.#mask(packet, numberAt + SAMPLE_OFFSET);
    packet[0]! ^= mask[0]! & PROTECTED_BITS;
    for (let i = 0; i < numberBytes; i++) packet[numberAt + i]! ^= mask[1 + i]!;
    return packet;
  }

  /** What protects the first byte and the packet number (RFC 9001 §5.4.1). */
  #mask(datagram: Uint8Array, sampleAt: number): Uint8Array {
    const { buffer, byteOffset } = datagram;
    const sample = new DataView(buffer, byteOffset + sampleAt, SAMPLE_BYTES);
    const block = new Int32Array(4);
    for (let i = 0; i < 4; i++) block[i] = sample.getInt32(i * 4);
    this.#headers.encrypt(block);
    const mask = new DataView(new ArrayBuffer(8));
    mask.setInt32(0, block[0]!);
    mask.setInt32(4, block[1]!);
    return new Uint8Array(mask.buffer);
  }

  /** A client's first numbers are sent whole, as nothing was received yet. */
  #nonce(number: Uint8Array): Uint8Array {
    const nonce = this.#iv.slice();
    const from = nonce.length - number.length;
    for (let i = 0; i < number.length; i++) nonce[from + i]! ^= number[i]!;
    return nonce;
  }
}

/** Bytes that sealing adds to frames. */
export const SEAL_BYTES: number = TAG_BYTES;
