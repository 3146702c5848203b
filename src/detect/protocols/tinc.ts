/**
 * tinc, by the ID request of its meta connection.
 *
 * `maxBytes` 136: a name and a version behind it.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { expectBytes } from "../expect.ts";

const START = ascii("0 ");
const MAJOR = ascii(" 17");
const MAX_NAME_END = 128;
const MAX_LINE_BYTES = 136;
const QUESTION_MARK = 0x3f;
const SP = 0x20;
const DOT = 0x2e;
const LF = 0x0a;

/** Recognises a tinc node. */
export const tinc: Detector = {
  name: "TINC",
  summary: "Tinc (VPN), by the ID request",
  maxBytes: MAX_LINE_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "`0` SP name SP `17`, since 1.1 `.` and a minor version, LF; an invited new node sends `?` and its key in place of a name",
    facts: {},
    source: [
      {
        text: 'tinc manual, "Authentication protocol"',
        url:
          "https://www.tinc-vpn.org/documentation/Authentication-protocol.html",
      },
      { text: "tinc, `src/protocol_auth.c`, `send_id`" },
    ],
    stance: ["Strict: the whole line is checked."],
  },
  detect(view) {
    const start = expectBytes(view, 0, START);
    if (start !== null) return start;
    const invited = view[START.length] === QUESTION_MARK;
    const nameAt = START.length + (invited ? 1 : 0);
    let at = nameAt;
    while (at < view.length && isNameByte(view[at]!, invited)) at++;
    if (at >= MAX_NAME_END) return NO;
    if (at === view.length) return more(at + 1);
    if (at === nameAt || view[at] !== SP) return NO;
    return expectBytes(view, at, MAJOR) ?? detectEnd(view, at + MAJOR.length);
  },
};

/** Looks at what follows `17`: a minor version or none, then LF. */
function detectEnd(view: Uint8Array, start: number): Verdict {
  let at = start;
  if (view[at] === DOT) {
    do at++; while (at <= start + 3 && isDigit(view[at]));
    if (at === start + 1 && at < view.length) return NO;
  }
  if (at >= view.length) return more(view.length + 1);
  return view[at] === LF ? match({}) : NO;
}

/** Whether a byte may stand in a name, or in a key in base 64. */
function isNameByte(byte: number, invited: boolean): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) ||
    isDigit(byte) || byte === 0x5f ||
    (invited && (byte === 0x2d || byte === 0x2b || byte === 0x2f));
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
