/** Packets of TCP and UDP, put together by hand, on every link layer. */
import { be, hex, wire } from "./wire.ts";

/** A TCP segment to be captured. */
export interface TestSegment {
  /** `192.0.2.1` or eight groups of hex digits. */
  readonly from: string;
  readonly to: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly seq: number;
  readonly ack?: number;
  /** Letters of `SAFR`. */
  readonly flags?: string;
  readonly payload?: Uint8Array;
  /** Bytes of TCP options, a multiple of 4. */
  readonly optionBytes?: number;
  /** Bytes of IPv4 options, a multiple of 4. */
  readonly ipOptionBytes?: number;
  /** The 16 bits of IPv4's flags and fragment offset. Default: do not fragment. */
  readonly fragment?: number;
  /** Extension headers of IPv6: type and whole bytes of each. */
  readonly extensions?: readonly (readonly [number, Uint8Array])[];
  /** Write 0 as the length of the IP packet, as offloading cards have it. */
  readonly noLength?: boolean;
  /** Whether it is a datagram of UDP: it has no flags and no numbers then. */
  readonly udp?: boolean;
}

/** Numbers of link types, by name. */
export const LinkType = Object.freeze({
  null: 0,
  ethernet: 1,
  raw: 101,
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
});

const FLAG_BITS: Readonly<Record<string, number>> = {
  F: 0x01,
  S: 0x02,
  R: 0x04,
  A: 0x10,
};
const TCP = 6;
const UDP = 17;

/** The IP packet of a segment. */
export function ipBytes(segment: TestSegment): Uint8Array {
  return segment.from.includes(":") ? ipv6Bytes(segment) : ipv4Bytes(segment);
}

/** The packet of a segment on a link. */
export function packetBytes(
  segment: TestSegment,
  linkType: number = LinkType.ethernet,
  vlans: readonly number[] = [],
): Uint8Array {
  const ip = ipBytes(segment);
  const etherType = segment.from.includes(":") ? 0x86dd : 0x0800;
  const tags = wire(...vlans.map((type) => wire(be(type, 2), be(7, 2))));
  // Each tag stands behind the type that announces it.
  const types = wire(tags, be(etherType, 2));
  switch (linkType) {
    case LinkType.ethernet:
      return padded(wire(new Uint8Array(12), types, ip));
    case LinkType.linuxSll:
      return wire(new Uint8Array(14), types, ip);
    case LinkType.linuxSll2:
      return wire(
        types.subarray(0, 2),
        new Uint8Array(18),
        types.subarray(2),
        ip,
      );
    case LinkType.null:
      return wire(etherType === 0x0800 ? hex("02000000") : hex("1e000000"), ip);
    case LinkType.loop:
      return wire(etherType === 0x0800 ? hex("00000002") : hex("0000001c"), ip);
    default:
      return ip;
  }
}

function ipv4Bytes(segment: TestSegment): Uint8Array {
  const { ipOptionBytes = 0, fragment = 0x4000 } = segment;
  const transport = transportBytes(segment);
  const length = 20 + ipOptionBytes + transport.length;
  return wire(
    0x45 + ipOptionBytes / 4,
    0,
    be(segment.noLength ? 0 : length, 2),
    wire(be(1, 2), be(fragment, 2), 64, protocolOf(segment), 0, 0),
    ipv4Address(segment.from),
    ipv4Address(segment.to),
    new Uint8Array(ipOptionBytes).fill(1),
    transport,
  );
}

function ipv6Bytes(segment: TestSegment): Uint8Array {
  const { extensions = [] } = segment;
  const headers = extensions.map(([, bytes], index) =>
    wire(extensions[index + 1]?.[0] ?? protocolOf(segment), bytes.subarray(1))
  );
  const payload = wire(...headers, transportBytes(segment));
  return wire(
    wire(0x60, 0, 0, 0, be(segment.noLength ? 0 : payload.length, 2)),
    extensions[0]?.[0] ?? protocolOf(segment),
    64,
    ipv6Address(segment.from),
    ipv6Address(segment.to),
    payload,
  );
}

function protocolOf({ udp = false }: TestSegment): number {
  return udp ? UDP : TCP;
}

function transportBytes(segment: TestSegment): Uint8Array {
  return segment.udp ? udpBytes(segment) : tcpBytes(segment);
}

function udpBytes(segment: TestSegment): Uint8Array {
  const { payload = new Uint8Array(), noLength = false } = segment;
  return wire(
    be(segment.fromPort, 2),
    be(segment.toPort, 2),
    be(noLength ? 0 : 8 + payload.length, 2),
    be(0, 2),
    payload,
  );
}

function tcpBytes(segment: TestSegment): Uint8Array {
  const { optionBytes = 0, flags = "A", ack = 0 } = segment;
  const bits = [...flags].reduce((sum, flag) => sum | FLAG_BITS[flag]!, 0);
  return wire(
    be(segment.fromPort, 2),
    be(segment.toPort, 2),
    be(segment.seq, 4),
    be(ack, 4),
    ((20 + optionBytes) / 4) << 4,
    bits,
    new Uint8Array(6),
    new Uint8Array(optionBytes).fill(1),
    segment.payload ?? [],
  );
}

/** Ethernet pads what is shorter than 60 bytes. */
function padded(frame: Uint8Array): Uint8Array {
  return frame.length < 60
    ? wire(frame, new Uint8Array(60 - frame.length))
    : frame;
}

function ipv4Address(text: string): Uint8Array {
  return Uint8Array.from(text.split("."), Number);
}

function ipv6Address(text: string): Uint8Array {
  return wire(...text.split(":").map((group) => be(parseInt(group, 16), 2)));
}
