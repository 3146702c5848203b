/**
 * Kafka, by an ApiVersions request.
 *
 * `maxBytes` 270: up to the byte behind the longest client id.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16 } from "../expect.ts";

const API_VERSIONS = 18;
const MAX_API_VERSION = 15;
const FIRST_TAGGED_VERSION = 3;
const LENGTH_BYTES = 4;
const API_VERSION_END = 8;
const ID_AT = 14;
const NO_ID = 0xffff;
const MAX_ID_BYTES = 255;

/** Recognises a Kafka client. */
export const kafka: Detector = {
  name: "KAFKA",
  summary: "Kafka, by the ApiVersions request",
  maxBytes: ID_AT + MAX_ID_BYTES + 1,
  rules: {},
  docs: {
    firstBytes:
      "BE32 length, BE16 api key 18, BE16 api version of at most 15, BE32 correlation id, BE16 length and client id (-1: none); up to version 2 that is all, since 3 a count of tags and two texts follow",
    facts: {},
    source: [
      {
        text: 'Kafka protocol guide, "The Messages"',
        url: "https://kafka.apache.org/protocol.html",
      },
    ],
    stance: [
      "Strict; the client id and, in versions 0 to 2, the length to the byte. PostgreSQL has its code at byte 4, never `00 12`.",
      "Clients that skip ApiVersions (before 2016, or told to) are not taken.",
    ],
  },
  detect(view) {
    for (let at = 0; at < API_VERSION_END; at++) {
      if (at === view.length) return more(at + 1);
      if (!isHeaderByte(view[at]!, at)) return NO;
    }
    const end = LENGTH_BYTES + be16(view, 2);
    if (end < ID_AT) return NO;
    if (view.length <= API_VERSION_END) return more(API_VERSION_END + 1);
    // The correlation id counts up from 0.
    if (view[API_VERSION_END]! >= 0x80) return NO;
    return detectClientId(view, end);
  },
};

/** Whether a byte fits a short length, the api key, the api version. */
function isHeaderByte(byte: number, at: number): boolean {
  if (at === 2 || at === 3) return true;
  if (at === 5) return byte === API_VERSIONS;
  return at === 7 ? byte <= MAX_API_VERSION : byte === 0;
}

function detectClientId(view: Uint8Array, end: number): Verdict {
  if (view.length < ID_AT) return more(ID_AT);
  const length = be16(view, ID_AT - 2);
  if (length !== NO_ID && length > MAX_ID_BYTES) return NO;
  const idEnd = ID_AT + (length === NO_ID ? 0 : length);
  for (let at = ID_AT; at < idEnd; at++) {
    if (at === view.length) return more(at + 1);
    if (view[at]! < 0x20) return NO;
  }
  if (view[API_VERSION_END - 1]! < FIRST_TAGGED_VERSION) {
    return idEnd === end ? match({}) : NO;
  }
  // A count of tags, two texts of at least a length byte, a count of tags.
  if (idEnd + 4 > end) return NO;
  if (view.length === idEnd) return more(idEnd + 1);
  return view[idEnd] === 0 ? match({}) : NO;
}
