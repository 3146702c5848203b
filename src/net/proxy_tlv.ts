/**
 * The TLVs of the PROXY protocol's version 2 (specification §2.2), and the
 * checksum over a header, which is one of them.
 *
 * @module
 */
import { crc32c } from "./crc32c.ts";
import {
  type BadHeader,
  badHeader,
  byteText,
  type Tlv,
  TLV_TYPES,
} from "./proxy_protocol.ts";

/** Type and length, in bytes. */
const TLV_HEADER_BYTES = 3;
/** Length of a CRC32C's value, in bytes. */
const CHECKSUM_BYTES = 4;
/** Longest unique ID in bytes (specification §2.2.5). */
const MAX_UNIQUE_ID_BYTES = 128;

/** The TLVs of a header. */
export interface TlvBlock {
  /** In their order; the values are copies. */
  readonly tlvs: readonly Tlv[];
  /** Where the value of the checksum starts in the header; 0: it has none. */
  readonly checksumAt: number;
}

/**
 * Parses the TLVs of a header.
 *
 * @param header The whole header.
 * @param start Where the TLVs start; they must fill the rest.
 */
export function parseTlvs(
  header: Uint8Array,
  start: number,
): TlvBlock | BadHeader {
  const tlvs: Tlv[] = [];
  let checksumAt = 0;
  for (let at = start; at < header.length;) {
    const left = header.length - at;
    if (left < TLV_HEADER_BYTES) {
      return badHeader(at, `${left} bytes`, "a TLV of 3 bytes or more");
    }
    const type = header[at]!;
    const length = header[at + 1]! << 8 | header[at + 2]!;
    const expected = expectedLength(type, length, left - TLV_HEADER_BYTES);
    if (expected !== null) {
      const found = `a TLV ${byteText(type)} with a length of ${length}`;
      return badHeader(at, found, expected);
    }
    const value = at + TLV_HEADER_BYTES;
    if (type === TLV_TYPES.CRC32C) {
      if (checksumAt !== 0) return badHeader(at, "a second CRC32C", "one");
      checksumAt = value;
    }
    at = value + length;
    tlvs.push({ type, value: header.slice(value, at) });
  }
  return { tlvs, checksumAt };
}

/**
 * Verifies the checksum of a header (specification §2.2.3).
 *
 * @param at Where its value starts.
 * @returns What is wrong, `null` when nothing is.
 */
export function verifyChecksum(
  header: Uint8Array,
  at: number,
): BadHeader | null {
  const zeroed = header.slice();
  zeroed.fill(0, at, at + CHECKSUM_BYTES);
  const found = viewOf(header).getUint32(at);
  const expected = crc32c(zeroed);
  return found === expected
    ? null
    : badHeader(at, `the CRC32C ${hex32(found)}`, hex32(expected));
}

/** TLVs as bytes. */
export function encodeTlvs(tlvs: readonly Tlv[]): Uint8Array<ArrayBuffer> {
  const size = ({ value }: Tlv) => TLV_HEADER_BYTES + value.length;
  const bytes = new Uint8Array(tlvs.reduce((sum, tlv) => sum + size(tlv), 0));
  let at = 0;
  for (const tlv of tlvs) {
    const { type, value } = tlv;
    bytes.set([type, value.length >> 8, value.length & 0xff], at);
    bytes.set(value, at + TLV_HEADER_BYTES);
    at += size(tlv);
  }
  return bytes;
}

/** A checksum that is yet to be computed by {@linkcode writeChecksum}. */
export const EMPTY_CHECKSUM: Tlv = Object.freeze({
  type: TLV_TYPES.CRC32C,
  value: new Uint8Array(CHECKSUM_BYTES),
});

/**
 * Writes the checksum of a header into it (specification §2.2.3).
 *
 * @param at Where {@linkcode EMPTY_CHECKSUM} starts in the header.
 */
export function writeChecksum(header: Uint8Array, at: number): void {
  viewOf(header).setUint32(at + TLV_HEADER_BYTES, crc32c(header));
}

/** What a length should be, where it is not; `null`: it is fine. */
function expectedLength(
  type: number,
  length: number,
  left: number,
): string | null {
  if (length > left) return `at most the ${left} bytes that are left`;
  if (type === TLV_TYPES.CRC32C && length !== CHECKSUM_BYTES) return "4";
  return type === TLV_TYPES.UNIQUE_ID && length > MAX_UNIQUE_ID_BYTES
    ? `at most ${MAX_UNIQUE_ID_BYTES}`
    : null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
