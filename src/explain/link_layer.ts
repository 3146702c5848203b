/**
 * Link layers of captures: from a packet to the IP packet in it.
 *
 * @module
 */
import { type Decoded, found, skipped, TOO_SHORT } from "./decoded.ts";

const ETHER_IPV4 = 0x0800;
const ETHER_IPV6 = 0x86dd;
/** 802.1Q, 802.1ad, and what was used before it. */
const ETHER_VLANS: readonly number[] = [0x8100, 0x88a8, 0x9100];
const VLAN_TAG_BYTES = 4;

/** Where a link layer has its EtherType, and how long its header is. */
interface EtherHeader {
  readonly typeAt: number;
  readonly bytes: number;
}

/** Link types whose header names what is in it by an EtherType. */
const ETHER_HEADERS: ReadonlyMap<number, EtherHeader> = new Map([
  [1, { typeAt: 12, bytes: 14 }], // Ethernet
  [113, { typeAt: 14, bytes: 16 }], // Linux cooked v1
  [276, { typeAt: 0, bytes: 20 }], // Linux cooked v2
]);

/** Header bytes of link types with an IP packet right behind them. */
const PLAIN_HEADERS: ReadonlyMap<number, number> = new Map([
  [0, 4], // BSD loopback, an address family in the capturer's byte order
  [108, 4], // OpenBSD loopback, the same in network order
  [12, 0], // raw IP, by its number on most systems
  [14, 0], // raw IP, by its number on OpenBSD
  [101, 0], // raw IP
  [228, 0], // IPv4
  [229, 0], // IPv6
]);

/** The link types that are understood, for messages. */
export const LINK_TYPES_TEXT =
  "Ethernet (1), Linux cooked (113, 276), raw IP (101, 228, 229) or loopback (0, 108)";

/** Whether packets of this link type are understood. */
export function isKnownLinkType(linkType: number): boolean {
  return ETHER_HEADERS.has(linkType) || PLAIN_HEADERS.has(linkType);
}

/** The IP packet in a packet, with what may lie behind it. */
export function networkPacket(
  linkType: number,
  packet: Uint8Array,
): Decoded<Uint8Array> {
  const plain = PLAIN_HEADERS.get(linkType);
  if (plain !== undefined) {
    return packet.length > plain
      ? found(packet.subarray(plain))
      : skipped(TOO_SHORT);
  }
  const header = ETHER_HEADERS.get(linkType);
  return header === undefined
    ? skipped(`packets of link type ${linkType}`)
    : etherPacket(packet, header);
}

/** Follows EtherTypes through VLAN tags. */
function etherPacket(
  packet: Uint8Array,
  { typeAt, bytes }: EtherHeader,
): Decoded<Uint8Array> {
  if (packet.length < bytes) return skipped(TOO_SHORT);
  let type = u16(packet, typeAt);
  let end = bytes;
  while (ETHER_VLANS.includes(type)) {
    if (packet.length < end + VLAN_TAG_BYTES) return skipped(TOO_SHORT);
    type = u16(packet, end + 2);
    end += VLAN_TAG_BYTES;
  }
  return type === ETHER_IPV4 || type === ETHER_IPV6
    ? found(packet.subarray(end))
    : skipped("packets that are not IP");
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
