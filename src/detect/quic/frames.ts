/**
 * The frames of an Initial packet (RFC 9000 §12.4, §19).
 *
 * @module
 */
import { VarintReader } from "./varint.ts";

const PADDING = 0x00;
const PING = 0x01;
const ACK = 0x02;
const ACK_ECN = 0x03;
const CRYPTO = 0x06;
/** The only CONNECTION_CLOSE that an Initial may have. */
export const CONNECTION_CLOSE = 0x1c;

/** A piece of the CRYPTO stream. */
export interface CryptoPiece {
  /** Its place in the stream. */
  readonly offset: number;
  /** A view of the packet. */
  readonly bytes: Uint8Array;
}

/**
 * Reads the frames of an Initial.
 *
 * @param payload All of them, decrypted.
 * @param onCrypto Takes each piece; says what is wrong with it, or `null`.
 * @returns What is wrong; `null`: nothing.
 */
export function readInitialFrames(
  payload: Uint8Array,
  onCrypto: (piece: CryptoPiece) => string | null,
): string | null {
  if (payload.length === 0) return "an Initial contains no frame";
  const reader = new VarintReader(payload);
  while (reader.left > 0) {
    const type = reader.varint();
    let problem: string | null = null;
    switch (type) {
      case PADDING:
        reader.skipZeros();
        break;
      case PING:
        break;
      case ACK:
      case ACK_ECN:
        skipAck(reader, type);
        break;
      case CRYPTO: {
        const offset = reader.varint();
        const bytes = reader.take(reader.varint());
        if (!reader.failed) problem = onCrypto({ offset, bytes });
        break;
      }
      case CONNECTION_CLOSE:
        reader.varint();
        reader.varint();
        reader.take(reader.varint());
        break;
      default:
        if (!reader.failed) {
          return `an Initial contains a frame of type 0x${type.toString(16)}`;
        }
    }
    if (reader.failed) return "a frame of an Initial is cut short";
    if (problem !== null) return problem;
  }
  return null;
}

function skipAck(reader: VarintReader, type: number): void {
  reader.varint();
  reader.varint();
  const ranges = reader.varint();
  reader.varint();
  // A range takes two bytes at least, so that failing ends this soon.
  for (let i = 0; i < ranges && !reader.failed; i++) {
    reader.varint();
    reader.varint();
  }
  for (let i = type === ACK_ECN ? 3 : 0; i > 0; i--) reader.varint();
}
