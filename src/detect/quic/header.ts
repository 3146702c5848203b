/**
 * The headers of QUIC packets, as far as they are in clear.
 *
 * What holds for every version is in RFC 8999 §5; the rest is that of versions 1
 * (RFC 9000 §17.2) and 2 (RFC 9369 §3.2).
 *
 * @module
 */
import { be32 } from "../expect.ts";
import { type PacketType, type QuicVersion, quicVersion } from "./version.ts";
import { VarintReader } from "./varint.ts";

/** Longest connection id of the versions that are known (RFC 9000 §17.2). */
export const MAX_ID_BYTES = 20;
/** Fewest bytes of a datagram with an Initial (RFC 9000 §14.1). */
export const MIN_INITIAL_DATAGRAM_BYTES = 1200;

const LONG_FORM = 0x80;

/** What every version has in a long header. All byte ranges are views. */
export interface LongHeader {
  /** The first byte, of which the low bits may be protected. */
  readonly first: number;
  /** The version; 0: version negotiation, which servers send. */
  readonly version: number;
  /** Destination connection id: at first the client's choice, then the server's. */
  readonly dcid: Uint8Array;
  /** Source connection id: what answers are sent to. */
  readonly scid: Uint8Array;
  /** Place behind the source id, where what the version lays down begins. */
  readonly end: number;
}

/** A packet with a long header of a version that is known. */
export interface LongPacket extends LongHeader {
  /** What it is. */
  readonly type: PacketType;
  /** The token of an Initial, of the server's making; empty for others. */
  readonly token: Uint8Array;
  /** Place where it begins. */
  readonly start: number;
  /** Place of the packet number; of a Retry, of the token. */
  readonly numberAt: number;
  /** Place behind it; a Retry takes the rest of its datagram. */
  readonly packetEnd: number;
}

/** Whether a packet that begins so has a long header. */
export function isLongHeader(first: number): boolean {
  return (first & LONG_FORM) !== 0;
}

/**
 * Reads what every version has.
 *
 * @param at Place where the packet begins.
 * @returns `null`: it has a short header, or is cut short.
 */
export function readLongHeader(
  datagram: Uint8Array,
  at = 0,
): LongHeader | null {
  if (datagram.length < at + 7 || !isLongHeader(datagram[at]!)) return null;
  const dcidAt = at + 6;
  const scidLengthAt = dcidAt + datagram[at + 5]!;
  if (scidLengthAt >= datagram.length) return null;
  const scidAt = scidLengthAt + 1;
  const end = scidAt + datagram[scidLengthAt]!;
  if (end > datagram.length) return null;
  return {
    first: datagram[at]!,
    version: be32(datagram, at + 1),
    dcid: datagram.subarray(dcidAt, scidLengthAt),
    scid: datagram.subarray(scidAt, end),
    end,
  };
}

/**
 * Reads a packet with a long header of a version that is known.
 *
 * @param as How the version is read. Default: by its number.
 * @returns `null`: the version is not known, or what the header says does not fit
 * into the datagram.
 */
export function readLongPacket(
  datagram: Uint8Array,
  at = 0,
  as?: QuicVersion,
): LongPacket | null {
  const header = readLongHeader(datagram, at);
  if (header === null) return null;
  const version = as ?? quicVersion(header.version);
  if (
    version === null || header.dcid.length > MAX_ID_BYTES ||
    header.scid.length > MAX_ID_BYTES
  ) return null;
  const type = version.types[(header.first >> 4) & 3]!;
  const reader = new VarintReader(datagram, header.end);
  const token = reader.take(type === "initial" ? reader.varint() : 0);
  const length = type === "retry" ? reader.left : reader.varint();
  const numberAt = reader.at;
  reader.take(length);
  return reader.failed ? null : {
    ...header,
    type,
    token,
    start: at,
    numberAt,
    packetEnd: reader.at,
  };
}

/**
 * The destination connection id of a packet with a short header, which does not
 * say how long it is: the receiver knows, as it has given the id.
 *
 * @returns `null`: the header is long, or the packet too short.
 */
export function readShortHeaderId(
  datagram: Uint8Array,
  length: number,
): Uint8Array | null {
  const end = 1 + length;
  return datagram.length < end || isLongHeader(datagram[0]!)
    ? null
    : datagram.subarray(1, end);
}
