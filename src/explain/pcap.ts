/**
 * pcap capture files.
 *
 * A header of 24 bytes, the link type in its last four; then packets, each with
 * a header of 16 bytes (draft-ietf-opsawg-pcap).
 *
 * @module
 */
import type { ByteQueue } from "./byte_queue.ts";
import type { PacketReader, RawPacket } from "./packet_reader.ts";

const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;

/** Magic numbers with microseconds and with nanoseconds. */
const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const MAGICS: readonly number[] = [MICROSECONDS, NANOSECONDS];

/**
 * The byte order of a pcap file.
 *
 * @param start At least 4 bytes.
 * @returns Whether it is little-endian; `null`: it is no pcap file.
 */
export function pcapOrder(start: Uint8Array): boolean | null {
  const view = new DataView(start.buffer, start.byteOffset, 4);
  if (MAGICS.includes(view.getUint32(0, true))) return true;
  return MAGICS.includes(view.getUint32(0, false)) ? false : null;
}

/** Reads the packets of a pcap file. */
export class PcapReader implements PacketReader {
  readonly #littleEndian: boolean;
  #linkType: number | null = null;
  /** Parts of a second in a millisecond, as time stamps count them. */
  #perMs = 1_000;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  next(queue: ByteQueue): RawPacket | number {
    if (this.#linkType === null) {
      const header = queue.peek(FILE_HEADER_BYTES);
      if (header === null) return FILE_HEADER_BYTES;
      // The upper bits say how long a frame check sequence is.
      this.#linkType = this.#u32(header, 20) & 0xffff;
      if (this.#u32(header, 0) === NANOSECONDS) this.#perMs = 1_000_000;
      queue.skip(FILE_HEADER_BYTES);
    }
    const header = queue.peek(PACKET_HEADER_BYTES);
    if (header === null) return PACKET_HEADER_BYTES;
    const size = PACKET_HEADER_BYTES + this.#u32(header, 8);
    const packet = queue.peek(size);
    if (packet === null) return size;
    queue.skip(size);
    return {
      linkType: this.#linkType,
      timeMs: this.#u32(packet, 0) * 1_000 +
        Math.floor(this.#u32(packet, 4) / this.#perMs),
      bytes: packet.subarray(PACKET_HEADER_BYTES),
    };
  }

  #u32(bytes: Uint8Array, at: number): number {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      .getUint32(at, this.#littleEndian);
  }
}
