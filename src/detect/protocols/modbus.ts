/**
 * Modbus/TCP, by the first request.
 *
 * `maxBytes` 260: the longest request.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16, le16 } from "../expect.ts";

const HEADER_BYTES = 6;
const FUNCTION_AT = 7;
const DATA_AT = 8;
const MAX_LENGTH = 254;
/** What servers answer with an exception is a short request of some function. */
const MAX_ODD_LENGTH = 8;
const CRC_POLYNOMIAL = 0xa001;
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
  maxBytes: HEADER_BYTES + MAX_LENGTH,
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
      "A request of at most 14 bytes with an unusual function, length or range, which servers answer with an exception, matches only if the header of another request for the same unit follows.",
      "Modbus RTU over TCP (unit, function, data, CRC) can start with the same bytes; with a correct CRC it is not matched.",
      "Messages of Elasticsearch (`ES`) and DICOM can start with the same bytes; their length does not fit the function.",
      "There are no magic bytes, so the request is parsed: a public function with data of its length and range, or Schneider's UMAS (function 90). Other functions and responses are not matched.",
      "A request with transaction 1281 (`05 01 00`) starts with a complete SOCKS greeting; the order of the two protocols in the config decides.",
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
    const known = LENGTHS.get(code)?.(length) === true;
    if (!known && length > MAX_ODD_LENGTH || isSerial(view)) return NO;
    if (view.length < end) return more(end);
    if (known && isRequest(view, code, length)) return match({});
    return length > MAX_ODD_LENGTH ? NO : detectNext(view, end);
  },
};

/** Whether unit and function are the CRC of a request on a serial line. */
function isSerial(view: Uint8Array): boolean {
  let crc = 0xffff;
  for (let at = 0; at < HEADER_BYTES; at++) {
    crc ^= view[at]!;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >> 1) ^ ((crc & 1) === 0 ? 0 : CRC_POLYNOMIAL);
    }
  }
  return le16(view, HEADER_BYTES) === crc;
}

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
