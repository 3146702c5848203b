/** Capture files put together by hand, in both formats. */
import { LinkType } from "./packet_writer.ts";
import { be, wire } from "./wire.ts";
import { le } from "./little_endian.ts";

/** A packet of a capture. */
export interface TestPacket {
  readonly bytes: Uint8Array;
  /** Its length before it was cut short. Default: what is there. */
  readonly originalLength?: number;
  /**
   * Its time as the file has it: of pcap the seconds and their parts, of pcapng
   * both halves of the number. Default: the first second or tick.
   */
  readonly stamp?: readonly [number, number];
  /** Number of the pcapng interface. Default: 0. */
  readonly interfaceId?: number;
}

/** How a capture is written. */
export interface CaptureOptions {
  /** Default: Ethernet. */
  readonly linkType?: number;
  /** Default: `true`. */
  readonly littleEndian?: boolean;
  /** Default: `false`: microseconds. */
  readonly nanoseconds?: boolean;
}

/** Options of {@linkcode pcapng}. */
export interface PcapngOptions extends CaptureOptions {
  /** Kind of the blocks that hold packets. Default: `enhanced`. */
  readonly block?: "enhanced" | "simple" | "old";
  /** Link types of more interfaces. */
  readonly moreInterfaces?: readonly number[];
  readonly snapLength?: number;
  /** Options of the interfaces, as bytes. Default: the resolution. */
  readonly interfaceOptions?: Uint8Array;
}

/** A pcap file. */
export function pcap(
  packets: readonly TestPacket[],
  options: CaptureOptions = {},
): Uint8Array {
  const { littleEndian = true, linkType = LinkType.ethernet } = options;
  const n = (value: number, bytes: number) => int(value, bytes, littleEndian);
  return wire(
    n(options.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 4),
    wire(n(2, 2), n(4, 2), n(0, 4), n(0, 4), n(262144, 4), n(linkType, 4)),
    ...packets.map(({ bytes, originalLength = bytes.length, stamp = [1, 2] }) =>
      wire(
        wire(n(stamp[0], 4), n(stamp[1], 4)),
        wire(n(bytes.length, 4), n(originalLength, 4)),
        bytes,
      )
    ),
  );
}

/** A pcapng file of one section. */
export function pcapng(
  packets: readonly TestPacket[],
  options: PcapngOptions = {},
): Uint8Array {
  const { littleEndian = true, linkType = LinkType.ethernet } = options;
  const { moreInterfaces = [], snapLength = 0, block = "enhanced" } = options;
  const n = (value: number, bytes: number) => int(value, bytes, littleEndian);
  // The option if_tsresol: 10^-9, or 10^-6 by leaving it out.
  const resolution = options.interfaceOptions ??
    (options.nanoseconds ? wire(n(9, 2), n(1, 2), 9, 0, 0, 0, n(0, 4)) : []);
  return wire(
    pcapngBlock(
      0x0a0d0d0a,
      wire(n(0x1a2b3c4d, 4), n(1, 2), n(0, 2), new Uint8Array(8).fill(0xff)),
      littleEndian,
    ),
    ...[linkType, ...moreInterfaces].map((type) =>
      pcapngBlock(
        1,
        wire(n(type, 2), n(0, 2), n(snapLength, 4), resolution),
        littleEndian,
      )
    ),
    // A block that no program knows.
    pcapngBlock(0x0bad, wire("what is this"), littleEndian),
    ...packets.map((packet) => packetBlock(packet, block, littleEndian)),
  );
}

/** A block of a pcapng file. */
export function pcapngBlock(
  type: number,
  body: Uint8Array,
  littleEndian = true,
): Uint8Array {
  const padding = new Uint8Array((4 - (body.length % 4)) % 4);
  const length = int(12 + body.length + padding.length, 4, littleEndian);
  return wire(int(type, 4, littleEndian), length, body, padding, length);
}

function packetBlock(
  packet: TestPacket,
  block: "enhanced" | "simple" | "old",
  littleEndian: boolean,
): Uint8Array {
  const { bytes, originalLength = bytes.length, interfaceId = 0 } = packet;
  const { stamp = [0, 1] } = packet;
  const n = (value: number, size: number) => int(value, size, littleEndian);
  if (block === "simple") {
    return pcapngBlock(3, wire(n(originalLength, 4), bytes), littleEndian);
  }
  const rest = wire(
    wire(n(stamp[0], 4), n(stamp[1], 4)),
    wire(n(bytes.length, 4), n(originalLength, 4)),
    bytes,
  );
  return block === "enhanced"
    ? pcapngBlock(6, wire(n(interfaceId, 4), rest), littleEndian)
    : pcapngBlock(2, wire(n(interfaceId, 2), n(0, 2), rest), littleEndian);
}

function int(value: number, bytes: number, littleEndian: boolean): Uint8Array {
  return littleEndian ? le(value, bytes) : be(value, bytes);
}
