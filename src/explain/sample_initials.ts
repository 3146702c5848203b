/**
 * A ClientHello as the first datagrams of a QUIC client.
 *
 * @module
 */
import { InitialKeys, SEAL_BYTES } from "../detect/quic/initial_keys.ts";
import { varint } from "../detect/quic/varint.ts";
import { quicVersion, VERSION_1 } from "../detect/quic/version.ts";

/** The length of each datagram (RFC 9000 §14.1). */
const DATAGRAM_BYTES = 1_200;
/** So much of the hello is in one of them at most. */
const PIECE_BYTES = 1_000;
const RECORD_HEADER_BYTES = 5;
const NUMBER_BYTES = 4;
const CRYPTO = 0x06;
/** An id as good as any. */
const DCID = Uint8Array.of(0x70, 0x61, 0x73, 0x73, 0x74, 0x68, 0x72, 0x75);

/** The Initials that carry a hello. @param record The hello as TLS sends it. */
export function sampleInitials(record: Uint8Array): Uint8Array[] {
  const hello = record.subarray(RECORD_HEADER_BYTES);
  const datagrams: Uint8Array[] = [];
  for (let at = 0; at < hello.length; at += PIECE_BYTES) {
    const piece = hello.subarray(at, at + PIECE_BYTES);
    datagrams.push(initial(at, piece, datagrams.length));
  }
  return datagrams;
}

/** One Initial of version 1, padded to the length of a datagram. */
function initial(at: number, piece: Uint8Array, number: number): Uint8Array {
  const version = quicVersion(VERSION_1)!;
  const type = version.types.indexOf("initial");
  const head = [
    0xc0 | type << 4 | (NUMBER_BYTES - 1),
    ...[0, 0, 0, VERSION_1],
    DCID.length,
    ...DCID,
    0, // no source id
    0, // no token
  ];
  // The length has two bytes.
  const rest = DATAGRAM_BYTES - head.length - 2;
  const header = Uint8Array.of(
    ...head,
    ...varint(rest),
    ...[0, 0, 0, number],
  );
  const frames = new Uint8Array(rest - NUMBER_BYTES - SEAL_BYTES);
  const crypto = [CRYPTO, ...varint(at), ...varint(piece.length)];
  frames.set(crypto);
  frames.set(piece, crypto.length);
  return new InitialKeys(version, DCID, "client").seal(header, frames);
}
