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
const HEADER_BYTES = 12;
/** A header and a record of options (EDNS) with a cookie (RFC 7873). */
const MAX_BARE_BYTES = 51;
const HEADER_END = LENGTH_BYTES + HEADER_BYTES;
/** What only an update may be longer than. */
const MAX_QUERY_HIGH = 0x0f;
const QUERY = 0;
const INVERSE_QUERY = 1;
const STATUS = 2;
const NOTIFY = 4;
const UPDATE = 5;
const CR = 0x0d;
const LF = 0x0a;
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
      "BE16 length, id, flags with QR, TC, Z and RCODE 0 and opcode 0 (query), 1 (inverse query), 2 (status), 4 (NOTIFY) or 5 (UPDATE), four BE16 counts, at most one question, records",
    facts: {
      name:
        "the name asked for: lower case, without the last dot, the root as `.`; any other byte than a letter, digit, `-` or `_` as `\\` and three digits; absent where there is no question",
      qtype:
        "the type asked for: `A`, `AAAA`; types without a known name as `TYPE1234`; absent if there is no question",
    },
    source: [rfc(1035, "4.1"), rfc(1035, "4.2.2"), rfc(7766)],
    stance: [
      "Strict: questions and records must fill the message to its last byte. Names are normalised before they are compared with a rule.",
      "ADB (`CNXN`) would be a message with 1024 or more authority records; in OpenVPN packets, bytes 6 to 9 are not `00 01 00 00` (one question, no answer).",
      "Only an UPDATE may be longer than 4095 bytes; this excludes frames of IEC 104, commands of Telnet and short lines of text (Gopher, finger, ZooKeeper's `ruok`) at the first bytes.",
      "`05 01 00` is not matched, because a SOCKS 5 client sends it and then waits.",
      "Rules test only the first request of a connection; later requests go to the same target.",
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
      return be16(view, 0) >= HEADER_BYTES && !isTelnet(view);
    case 2:
      return !isShortLine(view, place);
    case 3:
      return !isShortLine(view, place) && !isWord(view);
    case 4:
      return (byte & QR_AND_TC) === 0 && (opcode === UPDATE ||
        ((opcode <= STATUS || opcode === NOTIFY) &&
          view[0]! <= MAX_QUERY_HIGH));
    case 5:
      return (byte & Z_AND_RCODE) === 0;
    case 6:
      return byte === 0;
    case 7:
      return mayHaveQuestions(opcode, byte, be16(view, 0));
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

/** A question; an inverse query has none, and a short one may have none. */
function mayHaveQuestions(
  opcode: number,
  count: number,
  length: number,
): boolean {
  if (opcode === INVERSE_QUERY) return count === 0;
  return count === 1 ||
    (count === 0 && opcode <= STATUS && length <= MAX_BARE_BYTES);
}

/** Whether the length is a command of Telnet (IAC, WILL to DONT). */
function isTelnet(view: Uint8Array): boolean {
  return view[0] === 0xff && view[1]! >= 0xfb && view[1]! <= 0xfe;
}

/** Whether a line of one or two letters ends with a byte: Gopher, finger. */
function isShortLine(view: Uint8Array, place: number): boolean {
  return view[place] === LF && isText(view[0]!) &&
    (isText(view[1]!) || view[1] === CR) &&
    (place === 2 || view[2] === CR);
}

/** Whether the first four bytes are small letters: commands of ZooKeeper. */
function isWord(view: Uint8Array): boolean {
  for (let at = 0; at < 4; at++) {
    if (view[at]! < 0x61 || view[at]! > 0x7a) return false;
  }
  return true;
}

function isText(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
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
