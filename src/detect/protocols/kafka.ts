/**
 * Kafka, by the header of the first request.
 *
 * Most clients ask for ApiVersions first; older ones, those that are told the
 * versions, and all on their second connection may begin with any request.
 *
 * `maxBytes` 2400: the client id, and two texts of the body.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16, be32 } from "../expect.ts";
import { checkBody } from "./kafka_body.ts";
import { hasText, isVersion, MAX_KEY } from "./kafka_requests.ts";

const PRODUCE = 0;
const METADATA = 3;
const CONTROLLED_SHUTDOWN = 7;
const API_VERSIONS = 18;
const FIRST_TAGGED_VERSION = 3;
const LENGTH_BYTES = 4;
const KEY_AT = 5;
const VERSION_AT = 7;
const CORRELATION_AT = 8;
const ID_AT = 14;
const NO_ID = 0xffff;
const MAX_ID_BYTES = 255;
/** A batch of messages has 1 MiB at most, unless a client is told otherwise. */
const MAX_LENGTH_HIGH = 0x10;

/** Recognises a Kafka client. */
export const kafka: Detector = {
  name: "KAFKA",
  summary: "Kafka, by the header of the first request",
  maxBytes: 2400,
  rules: {},
  docs: {
    firstBytes:
      "BE32 length, BE16 api key of 0 to 87, BE16 api version, BE32 correlation id, BE16 length and client id (-1: none), in flexible versions `00`, the first fields of the request",
    facts: {},
    source: [
      {
        text: 'Kafka protocol guide, "The Messages"',
        url: "https://kafka.apache.org/protocol.html",
      },
    ],
    stance: [
      "Strict: the api key has this version or a slightly newer one, and client id and first fields fit in the length. Without a client id, the fields must contain a text, and the request must be short.",
      "A PostgreSQL startup has the api key of Metadata, but a name starts at byte 8, where Kafka has `00` (correlation id). The first message of ZooKeeper would be a Produce without topics and is not matched.",
      "Only Produce may be longer than 65535 bytes, because DNS, Modbus and MongoDB start with similar bytes.",
    ],
  },
  detect(view) {
    for (let at = 0; at < CORRELATION_AT; at++) {
      if (at === view.length) return more(at + 1);
      if (!isHeaderByte(view, at)) return NO;
    }
    if (view.length <= CORRELATION_AT) return more(CORRELATION_AT + 1);
    // The correlation id counts up from 0.
    const most = view[KEY_AT] === METADATA ? 0 : 0x7f;
    if (view[CORRELATION_AT]! > most) return NO;
    return detectClientId(view, LENGTH_BYTES + be32(view, 0));
  },
};

/** Whether a byte fits the length, the key, the version. */
function isHeaderByte(view: Uint8Array, at: number): boolean {
  const byte = view[at]!;
  switch (at) {
    case 1:
      return byte <= MAX_LENGTH_HIGH;
    case 3:
      return be32(view, 0) >= ID_AT - LENGTH_BYTES;
    case KEY_AT:
      return byte <= MAX_KEY && (view[1] === 0 || byte === PRODUCE);
    case VERSION_AT:
      return isVersion(view[KEY_AT]!, byte) && hasClientId(view[KEY_AT]!, byte);
    default:
      return at === 2 || byte === 0;
  }
}

/** The first version of ControlledShutdown has none. */
function hasClientId(key: number, version: number): boolean {
  return key !== CONTROLLED_SHUTDOWN || version > 0;
}

function detectClientId(view: Uint8Array, end: number): Verdict {
  if (view.length < ID_AT) return more(ID_AT);
  const length = be16(view, ID_AT - 2);
  if (length !== NO_ID && length > MAX_ID_BYTES) return NO;
  const start = ID_AT + (length === NO_ID ? 0 : length);
  if (start > end) return NO;
  for (let at = ID_AT; at < start; at++) {
    if (at === view.length) return more(at + 1);
    if (view[at]! < 0x20) return NO;
  }
  const key = view[KEY_AT]!;
  const version = view[VERSION_AT]!;
  // What has no field at all ends here; numbers alone tell too little.
  if (key === API_VERSIONS && version < FIRST_TAGGED_VERSION) {
    return start === end ? match({}) : NO;
  }
  if (start === ID_AT && (view[1] !== 0 || !hasText(key))) return NO;
  return checkBody(view, key, version, { start, end }) ?? match({});
}
