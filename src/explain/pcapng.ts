/**
 * pcapng capture files.
 *
 * Blocks: type, length, body, length again, in the byte order that the section
 * header before them has (draft-ietf-opsawg-pcapng).
 *
 * @module
 */
import type { ByteQueue } from "./byte_queue.ts";
import type { PacketReader, RawPacket } from "./packet_reader.ts";
import { stampMs, type TimeUnit, timeUnit } from "./pcapng_time.ts";

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
/** Obsolete, but some programs still write it. */
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Where the packet starts in a block that has a stamp. */
const PACKET_START = 28;
/** Type, length and, in a section header, the byte order. */
const START_BYTES = 12;

/** Least length of the blocks that are read, in bytes. */
const LEAST_BYTES: ReadonlyMap<number, number> = new Map([
  [SECTION_HEADER, 28],
  [INTERFACE_DESCRIPTION, 20],
  [OLD_PACKET, 32],
  [SIMPLE_PACKET, 16],
  [ENHANCED_PACKET, 32],
]);

/** An interface that packets were captured on. */
interface Interface {
  readonly linkType: number;
  /** Most bytes of a packet; 0: no limit. */
  readonly snapLength: number;
  readonly time: TimeUnit;
}

/** Whether a file that starts with these bytes is pcapng. */
export function isPcapng(start: Uint8Array): boolean {
  return new DataView(start.buffer, start.byteOffset).getUint32(0) ===
    SECTION_HEADER;
}

/** Reads the packets of a pcapng file. */
export class PcapngReader implements PacketReader {
  #littleEndian = true;
  /** Those of the section, by number. */
  #interfaces: Interface[] = [];

  next(queue: ByteQueue): RawPacket | number | string {
    for (;;) {
      const start = queue.peek(START_BYTES);
      if (start === null) return START_BYTES;
      const length = this.#blockLength(viewOf(start));
      if (typeof length === "string") return length;
      const block = queue.peek(length);
      if (block === null) return length;
      const view = viewOf(block);
      if (this.#u32(view, length - 4) !== length) {
        return `a block of ${length} bytes does not end with its length`;
      }
      const packet = this.#read(block, view);
      if (typeof packet === "string") return packet;
      queue.skip(length);
      if (packet !== null) return packet;
    }
  }

  /** The length of a block, or what is wrong with it. */
  #blockLength(start: DataView): number | string {
    const type = this.#startSection(start);
    if (typeof type === "string") return type;
    const length = this.#u32(start, 4);
    const least = LEAST_BYTES.get(type) ?? START_BYTES;
    return length < least || length % 4 !== 0
      ? `a block claims ${length} bytes: expected a multiple of 4, at least ${least}`
      : length;
  }

  /** The type of a block; a section header says the byte order from there on. */
  #startSection(start: DataView): number | string {
    if (start.getUint32(0) !== SECTION_HEADER) return this.#u32(start, 0);
    for (const littleEndian of [true, false]) {
      if (start.getUint32(8, littleEndian) === BYTE_ORDER_MAGIC) {
        this.#littleEndian = littleEndian;
        this.#interfaces = [];
        return SECTION_HEADER;
      }
    }
    return "a section header has no byte order";
  }

  /** The packet in a block, `null` when it holds none, or what is wrong. */
  #read(block: Uint8Array, view: DataView): RawPacket | string | null {
    switch (this.#u32(view, 0)) {
      case INTERFACE_DESCRIPTION:
        this.#interfaces.push({
          linkType: view.getUint16(8, this.#littleEndian),
          snapLength: this.#u32(view, 12),
          time: timeUnit(view, this.#littleEndian),
        });
        return null;
      case ENHANCED_PACKET:
        return this.#packet(block, this.#u32(view, 8), this.#u32(view, 20));
      case OLD_PACKET: {
        const number = view.getUint16(8, this.#littleEndian);
        return this.#packet(block, number, this.#u32(view, 20));
      }
      case SIMPLE_PACKET: {
        const length = this.#u32(view, 8);
        const { snapLength = 0 } = this.#interfaces[0] ?? {};
        const captured = snapLength === 0
          ? length
          : Math.min(length, snapLength);
        return this.#packet(block, 0, captured, 12);
      }
      default:
        return null;
    }
  }

  #packet(
    block: Uint8Array,
    number: number,
    length: number,
    start = PACKET_START,
  ): RawPacket | string {
    const from = this.#interfaces[number];
    if (from === undefined) {
      return `a packet of interface ${number}, which the section does not describe`;
    }
    if (length > block.length - start - 4) {
      return `a packet claims ${length} bytes in a block of ${block.length}`;
    }
    const view = viewOf(block);
    // A simple packet, which begins earlier, has no stamp.
    const timeMs = start < PACKET_START
      ? null
      : stampMs(from.time, this.#u32(view, 12), this.#u32(view, 16));
    const bytes = block.subarray(start, start + length);
    return { linkType: from.linkType, timeMs, bytes };
  }

  #u32(view: DataView, at: number): number {
    return view.getUint32(at, this.#littleEndian);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
