/**
 * The frames of HTTP/2 up to the first complete field block.
 *
 * Wire: BE24 length, type, flags, BE32 stream, payload (RFC 9113 §4.1).
 *
 * @module
 */
import { ByteReader } from "../byte_reader.ts";

const HEADER_BYTES = 9;
/** What a client may send before it knows the server's settings. */
const MAX_PAYLOAD_BYTES = 16384;

const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PUSH_PROMISE = 5;
const CONTINUATION = 9;

const END_HEADERS = 0x04;
const PADDED = 0x08;
const PRIORITY = 0x20;

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  /** Where the payload starts and ends; the end may lie behind the view's. */
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the first field block.
 *
 * @returns The block; or the length of the view from which more can be said; or
 * a text that says what is wrong.
 */
export function readFirstHeaders(
  view: Uint8Array,
  from: number,
): Uint8Array | number | string {
  for (let at = from;;) {
    const frame = readFrame(view, at);
    if (typeof frame !== "object") return frame;
    const problem = checkOpening(frame, at === from);
    if (problem !== null) return problem;
    if (frame.type === HEADERS) return readHeaders(view, frame);
    if (view.length < frame.end) return frame.end;
    at = frame.end;
  }
}

/**
 * Whether the view ends where a frame does, with no HEADERS in it: so does what
 * a client sends that waits for the server's SETTINGS.
 */
export function endsBeforeHeaders(view: Uint8Array, from: number): boolean {
  for (let at = from;;) {
    const frame = readFrame(view, at);
    if (typeof frame !== "object") return at > from && at === view.length;
    if (frame.type === HEADERS) return false;
    at = frame.end;
  }
}

/**
 * The stream of the first HEADERS frame.
 *
 * @returns 0 when there is none in the view, or the frames before it are wrong.
 */
export function firstHeadersStream(view: Uint8Array, from: number): number {
  for (let at = from;;) {
    const frame = readFrame(view, at);
    if (typeof frame !== "object") return 0;
    if (checkOpening(frame, at === from) !== null) return 0;
    if (frame.type === HEADERS) return frame.stream;
    at = frame.end;
  }
}

/** Reads a frame header; a number asks for more, a text says what is wrong. */
function readFrame(view: Uint8Array, at: number): Frame | number | string {
  const start = at + HEADER_BYTES;
  if (view.length < start) return start;
  const length = (view[at]! << 16) | (view[at + 1]! << 8) | view[at + 2]!;
  if (length > MAX_PAYLOAD_BYTES) {
    return "a frame is longer than 16384 bytes";
  }
  const stream = ((view[at + 5]! & 0x7f) << 24) | (view[at + 6]! << 16) |
    (view[at + 7]! << 8) | view[at + 8]!;
  return {
    type: view[at + 3]!,
    flags: view[at + 4]!,
    stream,
    start,
    end: start + length,
  };
}

/** Says what a frame before the first field block may not be, or `null`. */
function checkOpening(frame: Frame, first: boolean): string | null {
  if (first && frame.type !== SETTINGS) {
    return "the first frame is not SETTINGS";
  }
  switch (frame.type) {
    case SETTINGS:
      if (frame.stream !== 0) return "SETTINGS names a stream";
      return (frame.end - frame.start) % 6 === 0
        ? null
        : "SETTINGS is cut short";
    case HEADERS:
      return frame.stream % 2 === 1 ? null : "HEADERS names no client stream";
    case DATA:
    case RST_STREAM:
    case PUSH_PROMISE:
    case CONTINUATION:
      return `a frame of type ${frame.type} comes before HEADERS`;
  }
  return null;
}

/** Reads the field block of HEADERS and the CONTINUATION frames behind it. */
function readHeaders(
  view: Uint8Array,
  headers: Frame,
): Uint8Array | number | string {
  const fragment = readFragment(view, headers);
  if (!(fragment instanceof Uint8Array)) return fragment;
  if (headers.flags & END_HEADERS) return fragment;
  const block = new Uint8Array(view.length);
  block.set(fragment);
  let length = fragment.length;
  for (let at = headers.end;;) {
    const frame = readFrame(view, at);
    if (typeof frame !== "object") return frame;
    if (frame.type !== CONTINUATION || frame.stream !== headers.stream) {
      return "another frame comes before the end of HEADERS";
    }
    const last = (frame.flags & END_HEADERS) !== 0;
    if (view.length < frame.end) return frame.end + (last ? 0 : HEADER_BYTES);
    block.set(view.subarray(frame.start, frame.end), length);
    length += frame.end - frame.start;
    if (last) return block.subarray(0, length);
    at = frame.end;
  }
}

/** The field block fragment of a HEADERS frame, without padding and priority. */
function readFragment(
  view: Uint8Array,
  { flags, start, end }: Frame,
): Uint8Array | number | string {
  if (view.length < end) {
    return end + (flags & END_HEADERS ? 0 : HEADER_BYTES);
  }
  const payload = new ByteReader(view, start, end);
  const padding = flags & PADDED ? payload.u8() : 0;
  if (flags & PRIORITY) payload.skip(5);
  const fragment = payload.take(payload.left - padding);
  return payload.failed ? "HEADERS is cut short" : fragment;
}
