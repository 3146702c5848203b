/**
 * Modbus/TCP, by the first request.
 *
 * `maxBytes` 267: a request and the header of the next.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16 } from "../expect.ts";

const HEADER_BYTES = 6;
const FUNCTION_AT = 7;
const DATA_AT = 8;
const MAX_LENGTH = 254;
const UMAS = 90;
const MAX_UMAS_REQUEST = 0x7f;

/** Whether a request with that function may be that long (unit and data). */
const LENGTHS: ReadonlyMap<number, (length: number) => boolean> = new Map([
  ...[1, 2, 3, 4, 5, 6].map((code) => [code, is(6)] as const),
  ...[7, 11, 12, 17].map((code) => [code, is(2)] as const),
  [8, (length) => length >= 6 && length % 2 === 0],
  [15, (length) => length > 7],
  [16, (length) => length > 8],
  [20, (length) => length >= 10],
  [21, (length) => length >= 12],
  [22, is(8)],
  [23, (length) => length > 12],
  [24, is(4)],
  [43, (length) => length >= 5],
  [UMAS, (length) => length >= 4],
]);

/** Recognises a Modbus/TCP client. */
export const modbus: Detector = {
  name: "MODBUS",
  summary: "Modbus/TCP, by the first request",
  maxBytes: HEADER_BYTES + MAX_LENGTH + HEADER_BYTES + 1,
  rules: {},
  docs: {
    firstBytes:
      "BE16 transaction, BE16 protocol 0, BE16 length of 2 to 254, unit, function, data",
    facts: {},
    source: [
      {
        text: "MODBUS Messaging on TCP/IP Implementation Guide 1.0b §3.1.3",
      },
      {
        text: "MODBUS Application Protocol 1.1b3",
      },
    ],
    stance: [
      "An unusual function, length or range, which servers answer with an exception, counts when the header of another request for the same unit follows.",
      "No magic, so the request is read: a public function with data of the length and in the range that it has, or Schneider's UMAS (function 90). Other functions and answers are not taken.",
      "The transaction is free, so 1281 (`05 01 00`) starts with a whole SOCKS greeting: no byte decides, but which of the two a config names first.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    for (let at = 2; at < 5; at++) {
      if (view.length <= at) return more(at + 1);
      if (view[at] !== 0) return NO;
    }
    if (view.length < HEADER_BYTES) return more(HEADER_BYTES);
    const length = view[5]!;
    if (length < 2 || length > MAX_LENGTH) return NO;
    if (view.length <= FUNCTION_AT) return more(FUNCTION_AT + 1);
    const code = view[FUNCTION_AT]!;
    const end = HEADER_BYTES + length;
    if (view.length < end) return more(end);
    const known = LENGTHS.get(code)?.(length) === true;
    return known && isRequest(view, code, length)
      ? match({})
      : detectNext(view, end);
  },
};

/** Looks for the header of another request for the same unit at a place. */
function detectNext(view: Uint8Array, at: number): Verdict {
  const lengthAt = at + HEADER_BYTES - 1;
  for (let place = at + 2; place <= lengthAt; place++) {
    if (place >= view.length) return more(place + 1);
    const byte = view[place]!;
    const fits = place < lengthAt
      ? byte === 0
      : byte >= 2 && byte <= MAX_LENGTH;
    if (!fits) return NO;
  }
  const unitAt = lengthAt + 1;
  if (view.length === unitAt) return more(unitAt + 1);
  return view[unitAt] === view[HEADER_BYTES] ? match({}) : NO;
}

function is(length: number): (found: number) => boolean {
  return (found) => found === length;
}

/** Whether the data are in the range that the function has for them. */
function isRequest(view: Uint8Array, code: number, length: number): boolean {
  const size = length - 2;
  switch (code) {
    case 1:
    case 2:
      return isCount(be16(view, DATA_AT + 2), 2000);
    case 3:
    case 4:
      return isCount(be16(view, DATA_AT + 2), 125);
    case 5: {
      const value = be16(view, DATA_AT + 2);
      return value === 0 || value === 0xff00;
    }
    case 15: {
      const count = be16(view, DATA_AT + 2);
      return isCount(count, 1968) && fills(view, size, Math.ceil(count / 8));
    }
    case 16: {
      const count = be16(view, DATA_AT + 2);
      return isCount(count, 123) && fills(view, size, 2 * count);
    }
    case 20:
    case 21:
      return view[DATA_AT] === size - 1;
    case 23: {
      const written = be16(view, DATA_AT + 6);
      return isCount(be16(view, DATA_AT + 2), 125) && isCount(written, 121) &&
        size === 9 + 2 * written && view[DATA_AT + 8] === 2 * written;
    }
    case 43:
      return view[DATA_AT] === 13 || view[DATA_AT] === 14;
    case UMAS:
      return view[DATA_AT + 1]! <= MAX_UMAS_REQUEST;
    default:
      return true;
  }
}

function isCount(count: number, most: number): boolean {
  return count > 0 && count <= most;
}

/** Whether address, count, a count of bytes and the bytes fill the data. */
function fills(view: Uint8Array, size: number, bytes: number): boolean {
  return view[DATA_AT + 4] === bytes && size === 5 + bytes;
}
