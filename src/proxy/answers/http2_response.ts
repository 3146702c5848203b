/**
 * A response of HTTP/2 from passthru itself: a status without a body, so that no
 * window of the client has to be kept to.
 *
 * Wire: the server's SETTINGS first (RFC 9113 §3.4), frames of §4.1, a field
 * block without indexing or Huffman code (RFC 7541 §6.2.2).
 *
 * @module
 */

const HEADERS = 1;
const SETTINGS = 4;
const GOAWAY = 7;
const ACK = 0x01;
const END_STREAM = 0x01;
const END_HEADERS = 0x04;
/** Errors of RFC 9113 §7. */
const NO_ERROR = 0;
const PROTOCOL_ERROR = 1;

/** Names by their place in the static table (RFC 7541 appendix A). */
const STATUS_NAME = 8;
const CACHE_CONTROL_NAME = 24;
const DATE_NAME = 33;
/** The largest index that fits into the 4 bits of a literal's first byte. */
const SHORT_INDEX = 14;

/**
 * A response to the first request of a connection, and the end of that
 * connection. A client that is still sending its request is not told to stop by
 * RST_STREAM, though RFC 9113 §8.1 allows it: curl 7.88 drops the response then.
 *
 * @param stream Of the request; 0: there was none, and only the end is said.
 * @param nowMs The date for the response, in milliseconds since the epoch.
 */
export function http2Response(
  status: number,
  stream: number,
  nowMs: number,
): Uint8Array<ArrayBuffer> {
  const fields = [
    ...literal(STATUS_NAME, String(status)),
    ...literal(CACHE_CONTROL_NAME, "no-store"),
    ...literal(DATE_NAME, new Date(nowMs).toUTCString()),
  ];
  const response = frame(HEADERS, END_HEADERS | END_STREAM, stream, fields);
  return Uint8Array.from([
    ...opening(),
    ...(stream === 0 ? [] : response),
    ...goAway(stream, NO_ERROR),
  ]);
}

/** The end of a connection whose frames are wrong. */
export function http2Error(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...opening(), ...goAway(0, PROTOCOL_ERROR)]);
}

/** Empty SETTINGS, and the acknowledgement of the client's. */
function opening(): number[] {
  return [...frame(SETTINGS, 0, 0, []), ...frame(SETTINGS, ACK, 0, [])];
}

function goAway(lastStream: number, error: number): number[] {
  return frame(GOAWAY, 0, 0, [...be32(lastStream), ...be32(error)]);
}

function frame(
  type: number,
  flags: number,
  stream: number,
  payload: readonly number[],
): number[] {
  const length = be32(payload.length).slice(1);
  return [...length, type, flags, ...be32(stream), ...payload];
}

/** A field by the index of its name; the value is shorter than 127 bytes. */
function literal(name: number, value: string): number[] {
  const index = name <= SHORT_INDEX ? [name] : [0x0f, name - SHORT_INDEX - 1];
  return [...index, value.length, ...new TextEncoder().encode(value)];
}

function be32(value: number): number[] {
  return [value >>> 24, value >>> 16 & 0xff, value >>> 8 & 0xff, value & 0xff];
}
