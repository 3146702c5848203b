/**
 * Version 2 of the PROXY protocol: binary (specification §2.2).
 *
 * @module
 */
import { ipBytes, ipText } from "../address/ip_address.ts";
import {
  badHeader,
  byteText,
  type ConnectionEnds,
  type ProxyHeaderLook,
  type Tlv,
  V2_SIGNATURE,
} from "./proxy_protocol.ts";
import {
  EMPTY_CHECKSUM,
  encodeTlvs,
  parseTlvs,
  verifyChecksum,
  writeChecksum,
} from "./proxy_tlv.ts";

/** Signature, version and command, family and transport, length; in bytes. */
const PREAMBLE_BYTES = 16;
const COMMAND_AT = 12;
const FAMILY_AT = 13;
const LENGTH_AT = 14;

const LOCAL = 0x20;
const PROXY = 0x21;
const UNSPEC = 0x00;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

/** Length of both ends in bytes, by family: none, IPv4, IPv6, Unix. */
const ADDRESS_BLOCK_BYTES: readonly number[] = [0, 12, 36, 216];
/** Family and transport to send, by the length of both ends. */
const FAMILY_BY_BYTES: ReadonlyMap<number, number> = new Map([
  [0, UNSPEC],
  [12, TCP_OVER_IPV4],
  [36, TCP_OVER_IPV6],
]);
const TRANSPORTS = 3;

/**
 * Parses a header. What is wrong is said at the first byte that shows it; the
 * addresses and TLVs are read when the header is there in whole.
 *
 * `LOCAL` and what is no TCP over IP give no ends. The block behind `LOCAL` is
 * discarded when it is no list of TLVs, since a receiver must accept it.
 *
 * @param view Starts with the signature.
 * @param maxBytes Longest header that is taken, in bytes.
 */
export function parseV2(view: Uint8Array, maxBytes: number): ProxyHeaderLook {
  const command = view[COMMAND_AT];
  if (command !== undefined && command !== LOCAL && command !== PROXY) {
    return badHeader(
      COMMAND_AT,
      byteText(command),
      "0x20 (version 2, LOCAL) or 0x21 (version 2, PROXY)",
    );
  }
  const family = view[FAMILY_AT];
  if (family !== undefined && command === PROXY && !isKnown(family)) {
    return badHeader(
      FAMILY_AT,
      byteText(family),
      "a family of 0 to 3 and a transport of 0 to 2",
    );
  }
  if (view.length < PREAMBLE_BYTES) return { kind: "more", signed: true };
  const rest = view[LENGTH_AT]! << 8 | view[LENGTH_AT + 1]!;
  const length = PREAMBLE_BYTES + rest;
  if (length > maxBytes) {
    return badHeader(
      LENGTH_AT,
      `a length of ${rest}`,
      `at most ${maxBytes - PREAMBLE_BYTES}`,
    );
  }
  const addresses = addressBytes(family!);
  if (command === PROXY && rest < addresses) {
    return badHeader(
      LENGTH_AT,
      `a length of ${rest}`,
      `at least ${addresses} for the addresses`,
    );
  }
  if (view.length < length) return { kind: "more", signed: true };
  return parseBlock(view.subarray(0, length), command!, family!);
}

/** Parses what follows the preamble of a whole header. */
function parseBlock(
  header: Uint8Array,
  command: number,
  family: number,
): ProxyHeaderLook {
  const start = PREAMBLE_BYTES + addressBytes(family);
  const block = parseTlvs(header, Math.min(start, header.length));
  if ("kind" in block) {
    return command === PROXY ? block : found(header, null, []);
  }
  const { tlvs, checksumAt } = block;
  const problem = checksumAt === 0 ? null : verifyChecksum(header, checksumAt);
  if (problem !== null) return problem;
  return found(header, command === PROXY ? endsOf(header, family) : null, tlvs);
}

function found(
  header: Uint8Array,
  ends: ConnectionEnds | null,
  tlvs: readonly Tlv[],
): ProxyHeaderLook {
  return {
    kind: "header",
    header: { version: 2, ends, tlvs },
    length: header.length,
  };
}

/** Options of {@linkcode encodeV2}. */
export interface EncodeOptions {
  /** Whether it has a checksum. Default: it has. */
  readonly checksum?: boolean;
}

/**
 * A header as bytes, with a checksum in front of the other TLVs.
 *
 * @param ends `null`, or what is no IP address, gives `LOCAL`. When only one is
 * an IPv4 address, both go as IPv6, that one mapped (RFC 4291 §2.5.5.2).
 */
export function encodeV2(
  ends: ConnectionEnds | null,
  tlvs: readonly Tlv[],
  { checksum = true }: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const addresses = encodeEnds(ends);
  const block = encodeTlvs(checksum ? [EMPTY_CHECKSUM, ...tlvs] : tlvs);
  const header = new Uint8Array(
    PREAMBLE_BYTES + addresses.length + block.length,
  );
  header.set(V2_SIGNATURE);
  header[COMMAND_AT] = addresses.length === 0 ? LOCAL : PROXY;
  header[FAMILY_AT] = FAMILY_BY_BYTES.get(addresses.length)!;
  const rest = addresses.length + block.length;
  header.set([rest >> 8, rest & 0xff], LENGTH_AT);
  header.set(addresses, PREAMBLE_BYTES);
  const tlvsAt = PREAMBLE_BYTES + addresses.length;
  header.set(block, tlvsAt);
  if (checksum) writeChecksum(header, tlvsAt);
  return header;
}

/** The header of a connection of our own, such as a health check's. */
export function encodeLocal(): Uint8Array<ArrayBuffer> {
  return encodeV2(null, []);
}

function isKnown(family: number): boolean {
  return family >> 4 < ADDRESS_BLOCK_BYTES.length &&
    (family & 0x0f) < TRANSPORTS;
}

/** Length of the addresses in bytes; none of a family that is not known. */
function addressBytes(family: number): number {
  return ADDRESS_BLOCK_BYTES[family >> 4] ?? 0;
}

function endsOf(header: Uint8Array, family: number): ConnectionEnds | null {
  if (family !== TCP_OVER_IPV4 && family !== TCP_OVER_IPV6) return null;
  const size = family === TCP_OVER_IPV4 ? 4 : 16;
  const ports = PREAMBLE_BYTES + 2 * size;
  const end = (nth: number) => ({
    hostname: canonical(
      header.subarray(PREAMBLE_BYTES + nth * size).subarray(0, size),
    ),
    port: header[ports + 2 * nth]! << 8 | header[ports + 2 * nth + 1]!,
  });
  return { source: end(0), destination: end(1) };
}

/** As text, an IPv4-mapped address as IPv4. */
function canonical(address: Uint8Array): string {
  return ipText(ipBytes(ipText(address))!);
}

/** Addresses and ports; empty when there is an end without an IP address. */
function encodeEnds(ends: ConnectionEnds | null): Uint8Array {
  const source = ends && ipBytes(ends.source.hostname);
  const destination = ends && ipBytes(ends.destination.hostname);
  if (!source || !destination) return new Uint8Array();
  const ipv4 = source.length === 4 && destination.length === 4;
  return Uint8Array.from([
    ...(ipv4 ? source : mapped(source)),
    ...(ipv4 ? destination : mapped(destination)),
    ...portBytes(ends!.source.port),
    ...portBytes(ends!.destination.port),
  ]);
}

/** An IPv6 address, or an IPv4 address mapped into IPv6. */
function mapped(address: Uint8Array): Uint8Array {
  if (address.length === 16) return address;
  const bytes = new Uint8Array(16);
  bytes.fill(0xff, 10, 12);
  bytes.set(address, 12);
  return bytes;
}

function portBytes(port: number): [number, number] {
  return [port >> 8, port & 0xff];
}
