/**
 * How a connection was identified.
 *
 * @module
 */
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
  const { length } = bytes;
  const kept = Math.min(length, most);
  const opening = kept === 0 ? "" : latin1(bytes.subarray(0, kept));
  return { bytes: length, end, opening };
}

/**
 * Bytes as a text. What Node has for it does that in one step, but takes 2 MB of
 * each thread that loads it: so it is loaded when an opening is kept.
 */
let latin1 = (bytes: Uint8Array): string => {
  latin1 = (bytes) => String.fromCharCode(...bytes);
  void import("node:buffer").then(({ Buffer }) => {
    latin1 = ({ buffer, byteOffset, length }) =>
      Buffer.from(buffer, byteOffset, length).toString("latin1");
  });
  return latin1(bytes);
};

/** What was kept of an opening; `null`: no byte was looked at, or none kept. */
export function openingOf(detection: Detection | null): KeptOpening | null {
  if (detection === null || detection.opening === "") return null;
  const { opening, end } = detection;
  const bytes = Uint8Array.from(opening, (char) => char.charCodeAt(0));
  return { bytes, cut: bytes.length < detection.bytes, end };
}
