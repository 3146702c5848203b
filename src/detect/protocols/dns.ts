/**
 * DNS over TCP, by the first message.
 *
 * The counts are those that the kind of message has. Many messages may follow
 * (RFC 7766).
 *
 * `maxBytes` 65537: the longest message behind its length.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16 } from "../expect.ts";
import { hostWord, textWord } from "../rule_grammar.ts";
import { detectGreeting } from "./socks.ts";
import { readQuestion, skipRecords, TYPE_PATTERN } from "./dns_message.ts";

const LENGTH_BYTES = 2;
const HEADER_END = LENGTH_BYTES + 12;
/** A header and the shortest question: the root's name, type and class. */
const MIN_BYTES = 17;
const QUERY = 0;
const INVERSE_QUERY = 1;
const NOTIFY = 4;
const UPDATE = 5;
const QR_AND_TC = 0x82;
const Z_AND_RCODE = 0x4f;

/** Recognises a DNS client on TCP. */
export const dns: Detector = {
  name: "DNS",
  summary: "DNS over TCP, by the first message",
  maxBytes: LENGTH_BYTES + 65535,
  rules: {
    NAME: hostWord("name"),
    TYPE: textWord("qtype", {
      pattern: TYPE_PATTERN,
      expected: 'a type such as "AAAA", or "TYPE65280" for one without a name',
    }, { example: "AAAA", exact: true }),
  },
  docs: {
    firstBytes:
      "BE16 length, id, flags with QR, TC, Z and RCODE 0 and opcode 0 (query), 1 (inverse query), 4 (NOTIFY) or 5 (UPDATE), four BE16 counts, the question, records",
    facts: {
      name:
        "the name asked for: lower case, without the last dot, the root as `.`; a byte that is no letter, digit, `-` or `_` as `\\` and three digits; absent for an inverse query",
      qtype:
        "the type asked for: `A`, `AAAA`; one without a name here as `TYPE1234`; absent as `name` is",
    },
    source: [rfc(1035, "4.1"), rfc(1035, "4.2.2"), rfc(7766)],
    stance: [
      "Strict: questions and records must fill the message to its last byte. Names in other spellings cannot pass for the name of a rule.",
      "ADB (`CNXN`) has 1024 authorities or more; OpenVPN's packets have no question (bytes 6 to 9 are not `00 01 00 00`).",
      "A greeting of SOCKS 5 (`05 01 00`) is the start of a message of 1281 bytes, and its client then waits: such bytes are not DNS.",
    ],
  },
  detect(view) {
    for (let place = 0; place < HEADER_END; place++) {
      if (place === view.length) return more(place + 1);
      if (!mayStand(view, place) || isGreeting(view, place)) return NO;
    }
    return readMessage(view, LENGTH_BYTES + be16(view, 0));
  },
};

/** Whether a byte of the header may follow those before it. */
function mayStand(view: Uint8Array, place: number): boolean {
  const byte = view[place]!;
  const opcode = (view[4]! >> 3) & 15;
  switch (place) {
    case 1:
      return be16(view, 0) >= MIN_BYTES;
    case 4:
      return (byte & QR_AND_TC) === 0 &&
        (opcode <= INVERSE_QUERY || opcode === NOTIFY || opcode === UPDATE);
    case 5:
      return (byte & Z_AND_RCODE) === 0;
    case 6:
      return byte === 0;
    case 7:
      return byte === (opcode === INVERSE_QUERY ? 0 : 1);
    case 8:
      return opcode === UPDATE || byte === 0;
    case 9:
      return byte <= mostAnswers(opcode);
    // A query for changes has the record of the zone that is known (RFC 1995).
    case 10:
      return opcode === UPDATE || byte === 0;
    case 11:
      return opcode === UPDATE || byte <= 1;
    case 12:
      return byte === 0;
    default:
      return true;
  }
}

/** Whether a greeting of SOCKS 5 ends with a byte. */
function isGreeting(view: Uint8Array, place: number): boolean {
  return view[0] === 5 && place === 1 + view[1]! &&
    detectGreeting(view).kind === "match";
}

function mostAnswers(opcode: number): number {
  if (opcode === QUERY) return 0;
  return opcode === NOTIFY ? 1 : 255;
}

/** Reads what is behind the header of a message that ends at a place. */
function readMessage(view: Uint8Array, end: number): Verdict {
  const limit = Math.min(view.length, end);
  const bytes = view.subarray(0, limit);
  const question = be16(view, 6) === 0 ? null : readQuestion(bytes, HEADER_END);
  const start = question === null ? HEADER_END : question.end;
  if (start < 0) return NO;
  if (start > limit) return view.length < end ? more(end) : NO;
  const records = be16(view, 8) + be16(view, 10) + be16(view, 12);
  const recordsEnd = skipRecords(bytes, start, records);
  if (recordsEnd < 0) return malformed("a record has no name");
  if (recordsEnd > limit || recordsEnd < end) {
    if (view.length < end) return more(end);
    return malformed("the records do not end where the message does");
  }
  return match(
    question === null ? {} : { name: question.name(), qtype: question.type() },
  );
}
