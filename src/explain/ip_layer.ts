/**
 * IPv4 and IPv6: from a packet to the TCP or UDP header in it.
 *
 * @module
 */
import { type Decoded, found, skipped, TOO_SHORT } from "./decoded.ts";

const TCP = 6;
const UDP = 17;
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
/** "More fragments" and the fragment offset of IPv4. */
const IPV4_FRAGMENT_MASK = 0x3fff;
/** The same of IPv6, where the offset comes first. */
const IPV6_FRAGMENT_MASK = 0xfff9;

/** IPv6's header of a fragment; one that is alone holds the whole packet. */
const FRAGMENT = 44;
/**
 * IPv6 extension headers: 8 bytes, and so many more for each unit of their
 * length byte (RFC 8200 §4, RFC 4302 §2.2).
 */
const EXTENSION_UNITS: ReadonlyMap<number, number> = new Map([
  [0, 8], // hop-by-hop options
  [43, 8], // routing
  [FRAGMENT, 0],
  [51, 4], // authentication
  [60, 8], // destination options
  [135, 8], // mobility
  [139, 8], // host identity
  [140, 8], // shim6
]);

const FRAGMENTS = "IP fragments";
const NEITHER = "packets that are neither TCP nor UDP";

/** What is in an IP packet that carries TCP or UDP. */
export interface IpPacket {
  /** What it carries. */
  readonly transport: "tcp" | "udp";
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** Without what the link layer put behind the packet. */
  readonly payload: Uint8Array;
  /** Bytes of the payload that the capture left out. */
  readonly cut: number;
}

/** Finds the TCP or UDP header and what is behind it in an IP packet. */
export function ipPacket(packet: Uint8Array): Decoded<IpPacket> {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4) return ipv4Packet(packet);
  return version === 6
    ? ipv6Packet(packet)
    : skipped("packets that are not IP");
}

function ipv4Packet(packet: Uint8Array): Decoded<IpPacket> {
  if (packet.length < IPV4_HEADER_BYTES) return skipped(TOO_SHORT);
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  const start = (packet[0]! & 0x0f) * 4;
  // 0: the capturing machine's network card cuts it into packets later.
  const total = view.getUint16(2) || packet.length;
  if (start < IPV4_HEADER_BYTES || total < start || packet.length < start) {
    return skipped(TOO_SHORT);
  }
  if ((view.getUint16(6) & IPV4_FRAGMENT_MASK) !== 0) return skipped(FRAGMENTS);
  const transport = transportOf(packet[9]!);
  if (transport === null) return skipped(NEITHER);
  return found({
    transport,
    source: packet.subarray(12, 16),
    destination: packet.subarray(16, 20),
    payload: packet.subarray(start, total),
    cut: Math.max(0, total - packet.length),
  });
}

function ipv6Packet(packet: Uint8Array): Decoded<IpPacket> {
  if (packet.length < IPV6_HEADER_BYTES) return skipped(TOO_SHORT);
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  // 0: a jumbogram, or as for IPv4.
  const length = view.getUint16(4);
  const total = length === 0 ? packet.length : IPV6_HEADER_BYTES + length;
  const start = skipExtensions(packet.subarray(0, total), view);
  if (start.kind === "skipped") return start;
  const { transport, at } = start.value;
  return found({
    transport,
    source: packet.subarray(8, 24),
    destination: packet.subarray(24, 40),
    payload: packet.subarray(at, total),
    cut: Math.max(0, total - packet.length),
  });
}

/** What is behind the extension headers, and its place. */
function skipExtensions(
  packet: Uint8Array,
  view: DataView,
): Decoded<{ transport: IpPacket["transport"]; at: number }> {
  let next = packet[6]!;
  let at = IPV6_HEADER_BYTES;
  let transport = transportOf(next);
  while (transport === null) {
    const unit = EXTENSION_UNITS.get(next);
    if (unit === undefined) return skipped(NEITHER);
    if (at + 8 > packet.length) return skipped(TOO_SHORT);
    if (
      next === FRAGMENT && (view.getUint16(at + 2) & IPV6_FRAGMENT_MASK) !== 0
    ) return skipped(FRAGMENTS);
    next = packet[at]!;
    at += 8 + unit * packet[at + 1]!;
    transport = transportOf(next);
  }
  return at <= packet.length ? found({ transport, at }) : skipped(TOO_SHORT);
}

function transportOf(protocol: number): IpPacket["transport"] | null {
  if (protocol === TCP) return "tcp";
  return protocol === UDP ? "udp" : null;
}
