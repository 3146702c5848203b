/**
 * How a connection was identified.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** How an identification ended, and what it had seen. */
export interface Detection {
  /** Bytes that were looked at, without a PROXY header. */
  readonly bytes: number;
  /** Why no byte was waited for any more; `null`: these decided. */
  readonly end: "eof" | "full" | "deadline" | null;
  /**
   * The first of these bytes, a character each (Latin-1): as many as the observer
   * wants kept, which may be none. A text is made in one step and lies in the
   * heap; an array of bytes would have memory of its own for the collector to
   * give back, for each connection.
   */
  readonly opening: string;
}

/** The first bytes of a connection, kept to explain it. */
export interface KeptOpening {
  /** A copy of the bytes that were looked at, without a PROXY header. */
  readonly bytes: Uint8Array;
  /** Whether bytes are missing at the end, because there were too many. */
  readonly cut: boolean;
  /** Why no byte was waited for any more; `null`: these decided. */
  readonly end: Detection["end"];
}

/**
 * Notes how an identification ended.
 *
 * @param bytes All that was looked at; may change afterwards.
 * @param most Most bytes that are kept.
 */
export function detectionOf(
  bytes: Uint8Array,
  { end, most }: { readonly end: Detection["end"]; readonly most: number },
): Detection {
  const { buffer, byteOffset, length } = bytes;
  const kept = Math.min(length, most);
  const opening = kept === 0
    ? ""
    : Buffer.from(buffer, byteOffset, kept).toString("latin1");
  return { bytes: length, end, opening };
}

/** What was kept of an opening; `null`: no byte was looked at, or none kept. */
export function openingOf(detection: Detection | null): KeptOpening | null {
  if (detection === null || detection.opening === "") return null;
  const { opening, end } = detection;
  const bytes = Uint8Array.from(opening, (char) => char.charCodeAt(0));
  return { bytes, cut: bytes.length < detection.bytes, end };
}
