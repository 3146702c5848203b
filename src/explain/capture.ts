/**
 * Capture files: pcap and pcapng, told apart by their first bytes.
 *
 * @module
 */
import { ByteQueue } from "./byte_queue.ts";
import { inputError } from "./flow.ts";
import type { PacketReader, RawPacket } from "./packet_reader.ts";
import { isPcapng, PcapngReader } from "./pcapng.ts";
import { pcapOrder, PcapReader } from "./pcap.ts";

const MAGIC_BYTES = 4;
/** Largest packet or block; what claims more is broken. */
const MAX_PACKET_BYTES = 64 * 1024 * 1024;

/** Reads a capture that comes in chunks. */
export class CaptureReader {
  readonly #file: string;
  readonly #queue = new ByteQueue();
  #reader: PacketReader | null = null;
  /** Packets read so far. */
  #count = 0;
  /** Bytes that the queue must hold for the next packet. */
  #needed = MAGIC_BYTES;

  /** @param file Name of the file, as messages show it. */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Takes a chunk and gives the packets that are complete.
   *
   * @throws {PassthruError} `bad_input`, with the number of the packet.
   */
  *read(chunk: Uint8Array): Generator<RawPacket> {
    this.#queue.push(chunk);
    while (this.#queue.length >= this.#needed) {
      this.#reader ??= this.#format();
      const next = this.#reader.next(this.#queue);
      if (typeof next === "string") throw this.#error(next);
      if (typeof next === "number") {
        if (next > MAX_PACKET_BYTES) {
          throw this.#error(
            `it claims ${next} bytes: expected at most ${MAX_PACKET_BYTES}`,
          );
        }
        this.#needed = next;
      } else {
        this.#needed = 1;
        this.#count++;
        yield next;
      }
    }
  }

  /**
   * Checks that the capture ends behind a packet.
   *
   * @throws {PassthruError} `bad_input`, when it does not.
   */
  end(): void {
    const { length } = this.#queue;
    if (this.#reader === null) {
      throw inputError(
        this.#file,
        `the file has ${length} bytes: expected a pcap or pcapng capture`,
      );
    }
    if (length > 0) {
      throw this.#error(
        `the file ends in it: ${length} of at least ${this.#needed} bytes are there`,
      );
    }
  }

  #format(): PacketReader {
    const start = this.#queue.peek(MAGIC_BYTES)!;
    if (isPcapng(start)) return new PcapngReader();
    const littleEndian = pcapOrder(start);
    if (littleEndian !== null) return new PcapReader(littleEndian);
    const hint = start[0] === 0x1f && start[1] === 0x8b
      ? " (it is gzip: unpack it first)"
      : "";
    throw inputError(
      this.#file,
      `the file starts with ${
        Array.from(start, (byte) => byte.toString(16).padStart(2, "0"))
          .join(" ")
      }: expected a pcap or pcapng capture${hint}`,
    );
  }

  #error(problem: string): Error {
    return inputError(
      `${this.#file}: packet ${this.#count + 1} (byte ${this.#queue.consumed})`,
      problem,
    );
  }
}
