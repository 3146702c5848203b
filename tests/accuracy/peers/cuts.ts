/** The same opening in two pieces: of TCP, and of TLS. */
import { be, wire } from "../../support/wire.ts";

const RECORD_HEADER_BYTES = 5;
const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;

/** An opening cut in the middle, as two segments. */
export function inTwoSegments(bytes: Uint8Array): Uint8Array[] {
  const half = bytes.length >> 1;
  return [bytes.subarray(0, half), bytes.subarray(half)];
}

/**
 * The record of TLS that an opening begins with, where it holds one ClientHello
 * and nothing else; `null`: it does not.
 */
export function helloRecord(bytes: Uint8Array): Uint8Array | null {
  const [type, , , high = 0, low = 0, message] = bytes;
  const end = RECORD_HEADER_BYTES + (high << 8) + low;
  if (type !== HANDSHAKE || message !== CLIENT_HELLO) return null;
  const [, a = 0, b = 0, c = 0] = bytes.subarray(RECORD_HEADER_BYTES);
  const whole = RECORD_HEADER_BYTES + 4 + (a << 16) + (b << 8) + c;
  return whole === end && end <= bytes.length ? bytes.subarray(0, end) : null;
}

/** A ClientHello in two records, which RFC 9846 §5.1 allows, as one segment. */
export function inTwoRecords(record: Uint8Array): Uint8Array[] {
  const version = record.subarray(1, 3);
  const message = record.subarray(RECORD_HEADER_BYTES);
  const pieces = inTwoSegments(message).map((piece) =>
    wire(HANDSHAKE, version, be(piece.length, 2), piece)
  );
  return [wire(...pieces)];
}

/** The head of a request up to its empty line; `null`: it does not end. */
export function requestHead(bytes: Uint8Array): Uint8Array | null {
  for (let at = 3; at < bytes.length; at++) {
    const [a, b, c, d] = bytes.subarray(at - 3, at + 1);
    if (a === 13 && b === 10 && c === 13 && d === 10) {
      return bytes.subarray(0, at + 1);
    }
  }
  return null;
}
