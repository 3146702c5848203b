/**
 * MongoDB, by the header of the first message.
 *
 * `maxBytes` 276: up to the end of the longest collection name.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be32, le16, le32 } from "../expect.ts";

const HEADER_BYTES = 16;
const MIN_MESSAGE_BYTES = 26;
const OP_MSG = 2013;
const OP_COMMAND = 2010;
/** OP_UPDATE, OP_INSERT, OP_QUERY, OP_GET_MORE, OP_DELETE. */
const NAMED_OPCODES = [2001, 2002, 2004, 2005, 2006];
const FLAGS_END = HEADER_BYTES + 4;
const DOCUMENT_AT = FLAGS_END + 1;
const MAX_NAME_BYTES = 255;
const DOT = 0x2e;
const CASSANDRA_BETA = 0x10;
const CASSANDRA_OPTIONS = 0x05;

/** Recognises a MongoDB client. */
export const mongodb: Detector = {
  name: "MONGODB",
  summary: "MongoDB, by the header of the first message",
  maxBytes: FLAGS_END + MAX_NAME_BYTES + 1,
  rules: {},
  docs: {
    firstBytes:
      "LE32 length, LE32 request id, LE32 response to (0; some clients say -1), LE32 opcode: 2013 (`OP_MSG`), then LE32 flags, `00` and a BSON document; or 2004 (`OP_QUERY`) or another from 2001 to 2006, then LE32 flags and the name of a collection",
    facts: {},
    source: [
      {
        text: "MongoDB Wire Protocol",
        url:
          "https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/",
      },
    ],
    stance: [
      "Strict. The length is at most 65535, because the first message has a few hundred bytes; so bytes 2 and 3 are zero, which text never has. The inner lengths must fit it.",
      "A message of 261 bytes (`05 01 00 00`) starts with a complete SOCKS greeting; the order of the two protocols in the config decides.",
      "Cassandra's OPTIONS (`42 00 00 00 05 00 00 00 00`) could be request 5 with this length; it is not matched.",
      "Shells of versions 3.2 and 3.4 start with `OP_COMMAND` (2010).",
    ],
  },
  detect(view) {
    if (view.length < 3) return more(view.length === 0 ? 1 : 3);
    if (view[2] !== 0) return NO;
    if (view.length < 4) return more(4);
    const length = le16(view, 0);
    if (view[3] !== 0 || length < MIN_MESSAGE_BYTES) return NO;
    if (view.length <= 8) return more(9);
    if (isCassandraOptions(view)) return NO;
    if (view.length < 12) return isAnswer(view) ? NO : more(view.length + 1);
    const answers = be32(view, 8);
    if (answers !== 0 && answers !== 0xffffffff) return NO;
    if (view.length < HEADER_BYTES) return detectOpcodeStart(view);
    const opcode = le32(view, 12);
    if (opcode === OP_MSG) return detectMessage(view, length);
    if (opcode === OP_COMMAND) return detectCommand(view, length);
    return NAMED_OPCODES.includes(opcode) ? detectName(view, length) : NO;
  },
};

/** Whether it is a whole request of Cassandra: OPTIONS, which has no body. */
function isCassandraOptions(view: Uint8Array): boolean {
  const isVersion = view[0] === 0x41 || view[0] === 0x42 ||
    (view[0]! <= 6 && view[1] === CASSANDRA_BETA);
  return isVersion && le32(view, 4) === CASSANDRA_OPTIONS && view[8] === 0;
}

/** Whether it answers another message, which a greeting does not. */
function isAnswer(view: Uint8Array): boolean {
  const first = view[8]!;
  if (first !== 0 && first !== 0xff) return true;
  return view.subarray(8).some((byte) => byte !== first);
}

/** Looks at a part of the opcode, which is `d1` to `dd`, `07`, `00`, `00`. */
function detectOpcodeStart(view: Uint8Array): Verdict {
  if (view.length > 12 && (view[12]! < 0xd1 || view[12]! > 0xdd)) return NO;
  if (view.length > 13 && view[13] !== 7) return NO;
  if (view.length > 14 && view[14] !== 0) return NO;
  return more(view.length + 1);
}

/** Looks at an OP_MSG: flags, kind 0, a document. */
function detectMessage(view: Uint8Array, length: number): Verdict {
  if (view.length < DOCUMENT_AT + 5) return more(DOCUMENT_AT + 5);
  const flags = le32(view, HEADER_BYTES);
  if (view[FLAGS_END] !== 0 || (flags & 0xfffc) !== 0 || flags > 0x1ffff) {
    return NO;
  }
  const size = le32(view, DOCUMENT_AT);
  const type = view[DOCUMENT_AT + 4]!;
  const fits = size > 5 && DOCUMENT_AT + size <= length;
  return fits && type > 0 && type <= 0x13 ? match({}) : NO;
}

/** Looks at flags and the name of a collection, `database.collection`. */
function detectName(view: Uint8Array, length: number): Verdict {
  if (view.length < FLAGS_END) return more(FLAGS_END);
  if (le32(view, HEADER_BYTES) > 0xff) return NO;
  const limit = Math.min(length, FLAGS_END + MAX_NAME_BYTES + 1);
  let dots = 0;
  for (let at = FLAGS_END; at < limit; at++) {
    if (at === view.length) return more(at + 1);
    const byte = view[at]!;
    if (byte === 0) return dots > 0 ? match({}) : NO;
    if (byte < 0x20) return NO;
    if (byte === DOT) dots++;
  }
  return NO;
}

/** Looks at the name of a database and the first letter of a command. */
function detectCommand(view: Uint8Array, length: number): Verdict {
  const limit = Math.min(length, HEADER_BYTES + MAX_NAME_BYTES + 1);
  for (let at = HEADER_BYTES; at < limit; at++) {
    if (at === view.length) return more(at + 1);
    const byte = view[at]!;
    if (byte === 0) {
      if (at === HEADER_BYTES || at + 1 === limit) return NO;
      if (at + 1 === view.length) return more(at + 2);
      return isLetter(view[at + 1]!) ? match({}) : NO;
    }
    if (byte < 0x20) return NO;
  }
  return NO;
}

function isLetter(byte: number): boolean {
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}
