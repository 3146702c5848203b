/**
 * The contract of a capture format.
 *
 * @module
 */
import type { ByteQueue } from "./byte_queue.ts";

/** A packet as it was captured. */
export interface RawPacket {
  /** Link type, as capture files number them. */
  readonly linkType: number;
  /** When, in milliseconds since the epoch; `null`: the capture does not say. */
  readonly timeMs: number | null;
  /** Valid until the next packet is asked for. */
  readonly bytes: Uint8Array;
}

/** Reads one capture format. */
export interface PacketReader {
  /**
   * Takes the next packet off the queue.
   *
   * @returns The packet, or how many bytes the queue must hold before it makes
   * sense to ask again, or what is wrong.
   */
  next(queue: ByteQueue): RawPacket | number | string;
}
