/**
 * The transport of Elasticsearch and OpenSearch (port 9300), by the header of
 * the first message.
 *
 * The HTTP interface (port 9200) is HTTP.
 *
 * `maxBytes` 19: the header.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be32, expectBytes } from "../expect.ts";

const MAGIC = ascii("ES");
const LENGTH_END = 6;
const STATUS_AT = 14;
const HEADER_END = 19;
/** Request id, status, version. */
const MIN_LENGTH = 13;
/** So the first byte of the length is 0, which is known before the others. */
const MAX_LENGTH = 2 ** 24 - 1;
/** Answer, error, compressed, handshake. */
const MAX_STATUS = 0x0f;
const ANSWER = 0x01;
/** Elasticsearch 1.0.0, whose number is read as decimal digits. */
const FIRST_VERSION = 1_000_000;
/** OpenSearch sets a bit above those of Elasticsearch. */
const LAST_VERSION = 0x0fffffff;

/** Recognises a node or a transport client of Elasticsearch. */
export const elasticsearch: Detector = {
  name: "ELASTICSEARCH",
  summary: "Elasticsearch and OpenSearch between nodes, by the first message",
  maxBytes: HEADER_END,
  rules: {},
  docs: {
    firstBytes:
      "`ES`, BE32 length of 13 or more, BE64 request id of at most 32 bits, status (a request: `00`, `04`, `08`), BE32 version of 1000000 (1.0.0) or more",
    facts: {},
    source: [
      {
        text: "Elasticsearch, `TcpHeader.java`",
        url:
          "https://github.com/elastic/elasticsearch/blob/main/server/src/main/java/org/elasticsearch/transport/TcpHeader.java",
      },
    ],
    stance: [
      "Strict: the magic bytes and every field of the header. The HTTP interface is HTTP.",
      "A short message can start like a Modbus request; the function decides.",
    ],
  },
  detect(view) {
    const magic = expectBytes(view, 0, MAGIC);
    if (magic !== null) return magic;
    if (view.length < LENGTH_END) {
      return view.length > MAGIC.length && view[MAGIC.length] !== 0
        ? NO
        : more(view.length + 1);
    }
    const length = be32(view, MAGIC.length);
    if (length < MIN_LENGTH || length > MAX_LENGTH) return NO;
    for (let at = LENGTH_END; at < LENGTH_END + 4; at++) {
      if (at === view.length) return more(at + 1);
      if (view[at] !== 0) return NO;
    }
    if (view.length <= STATUS_AT) return more(STATUS_AT + 1);
    const status = view[STATUS_AT]!;
    if (status > MAX_STATUS || (status & ANSWER) !== 0) return NO;
    if (view.length < HEADER_END) return more(HEADER_END);
    const version = be32(view, STATUS_AT + 1);
    return version >= FIRST_VERSION && version <= LAST_VERSION ? match({}) : NO;
  },
};
