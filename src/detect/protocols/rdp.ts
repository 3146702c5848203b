/**
 * RDP, by the X.224 connection request, which a preconnection blob may precede
 * (`rdp_preconnection.ts`).
 *
 * Where the flags of the negotiation request say so, `06` and 35 more bytes
 * follow it.
 *
 * `maxBytes` 513: a blob, and the X.224 length has a byte.
 *
 * @module
 */
import { ascii, latin1 } from "../byte_reader.ts";
import type { Detector, DetectState, More, No, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16, expectBytes } from "../expect.ts";
import { certain, doubt, type Draft, learn } from "../learnt.ts";
import { textWord } from "../rule_grammar.ts";
import { hasControl } from "./client_text.ts";
import {
  MAX_BLOB_BYTES,
  readPreconnection,
  skipPreconnection,
} from "./rdp_preconnection.ts";

const VARIABLE_START = 11;
const NEGOTIATION_BYTES = 8;
const CORRELATION_BYTES = 36;
const CORRELATION_PRESENT = 8;
/** A text of one byte and its line end. */
const MIN_BYTES = VARIABLE_START + 3;
const MAX_BYTES = 5 + 254;
const TPKT = 3;
const TLS_HANDSHAKE = 0x16;
const CR = 0x0d;
const LF = 0x0a;

const COOKIE = ascii("Cookie: mstshash=");
const BALANCER_TOKEN = ascii("Cookie: msts=");
const BAD_TEXT = doubt("the cookie contains a control byte");

const TEXT = {
  pattern: /^[\x21-\x29\x2b-\x7e\xa1-\xff]*$/,
  expected: 'a text without spaces, such as "alice" or "alice*"',
};

/** Bits of the requested protocols ([MS-RDPBCGR] 2.2.1.1.1); none: `rdp`. */
const PROTOCOLS = ["tls", "hybrid", "rdstls", "hybrid_ex", "rdsaad"];

/** Recognises an RDP client. */
export const rdp: Detector = {
  name: "RDP",
  summary: "RDP, by the X.224 connection request",
  maxBytes: MAX_BLOB_BYTES + MAX_BYTES,
  rules: {
    COOKIE: textWord("cookie", {
      ...TEXT,
      expected: 'a user name as in the mstshash cookie, such as "alice"',
    }, { example: "alice" }),
    TOKEN: textWord("token", TEXT, { example: "3640205228.15629.0000" }),
    PRECONNECTION: textWord("preconnection", TEXT, { example: "vm-7" }),
  },
  docs: {
    firstBytes:
      "TPKT `03 00`, BE16 length; X.224 length (that one less 5), `e0 00 00`, 2 bytes of source, `00`; then `Cookie: mstshash=` or a routing token with CRLF, or `01`, flags, LE16 8, LE32 protocols, or both; optionally after a preconnection blob: LE32 size, LE32 0, LE32 version 1 or 2, LE32 id, in version 2 LE16 length and text in UTF-16; TLS can also follow the blob",
    facts: {
      cookie: "the user name after `Cookie: mstshash=`, as sent",
      token:
        "the routing token: the text after `Cookie: msts=`, or the whole line if it starts differently",
      protocols:
        "the requested protocols: `tls`, `hybrid`, `rdstls`, `hybrid_ex`, `rdsaad`; `rdp` if there is none; `tls` if TLS follows the blob",
      preconnection: "the text of the preconnection blob",
      preconnection_id: "the id of the preconnection blob, a number",
    },
    source: [
      {
        text: "MS-RDPBCGR 2.2.1.1",
        url:
          "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rdpbcgr/18a27ef9-6f9a-4501-b000-94b1fe3c2c10",
      },
      {
        text: "MS-RDPEPS 2.2.1",
        url:
          "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rdpeps/",
      },
      rfc(1006, "6"),
    ],
    stance: [
      "Strict: the whole request is parsed, and it must have a cookie, a token or a negotiation request.",
      "S7, MMS and other protocols over ISO transport have parameters (`c0`, `c1`, `c2`) at byte 11, where RDP has a text or `01`. RTMP (`03`) differs at byte 5, H.323 at byte 4.",
      "A MongoDB message starts like a blob, but has another opcode in place of the version.",
      "A request with nothing after the class (clients before 2000) could be any of them and is not matched.",
    ],
  },
  detect(view, state) {
    if (view.length === 0) return more(1);
    if (view[0] === TPKT) return detectRequest(view, state);
    const at = skipPreconnection(view);
    return typeof at === "number" ? detectBehindBlob(view, at, state) : at;
  },
};

/** Looks at what follows a preconnection blob that ends at a place. */
function detectBehindBlob(
  view: Uint8Array,
  at: number,
  state: DetectState,
): Verdict {
  const blob = readPreconnection(view, at);
  // Who has sent a blob and nothing else has still named the protocol.
  if (at === view.length) return state.ended ? match(blob) : more(at + 1);
  if (view[at] === TLS_HANDSHAKE) return match({ ...blob, protocols: ["tls"] });
  const verdict = detectRequest(view.subarray(at), state);
  if (verdict.kind === "more") return more(at + verdict.atLeast);
  return verdict.kind === "match"
    ? match({ ...blob, ...verdict.facts })
    : verdict;
}

/** Looks at a connection request. */
function detectRequest(view: Uint8Array, state: DetectState): Verdict {
  const verdict = detectStart(view) ?? detectVariableStart(view);
  if (verdict !== null) return verdict;
  const length = tpktLength(view);
  return view.length < length
    ? more(length)
    : readVariable(view.subarray(VARIABLE_START, length), state);
}

/** Looks at the fixed bytes; `null`: they are those of a connection request. */
function detectStart(view: Uint8Array): No | More | null {
  for (let i = 0; i < VARIABLE_START; i++) {
    if (i === view.length) return more(i + 1);
    if (!isAtPlace(view, i)) return NO;
  }
  return null;
}

function isAtPlace(view: Uint8Array, place: number): boolean {
  switch (place) {
    case 0:
      return view[0] === TPKT;
    case 3:
      return tpktLength(view) >= MIN_BYTES && tpktLength(view) <= MAX_BYTES;
    case 4:
      return view[4] === tpktLength(view) - 5;
    case 5:
      return view[5] === 0xe0;
    case 2:
      return view[2]! <= 1;
    case 8:
    case 9:
      return true;
    default:
      return view[place] === 0;
  }
}

function tpktLength(view: Uint8Array): number {
  return be16(view, 2);
}

/** Looks at what follows the class; `null`: RDP puts it there. */
function detectVariableStart(view: Uint8Array): No | More | null {
  if (view.length === VARIABLE_START) return more(VARIABLE_START + 1);
  const end = Math.min(view.length, tpktLength(view));
  if (view[VARIABLE_START] === 1) {
    const lengthAt = VARIABLE_START + 2;
    if (lengthAt < end && view[lengthAt] !== NEGOTIATION_BYTES) return NO;
    return lengthAt + 1 < end && view[lengthAt + 1] !== 0 ? NO : null;
  }
  // What is behind the request is no part of its text.
  const request = view.subarray(0, end);
  if (agrees(request, VARIABLE_START, COOKIE)) return null;
  if (agrees(request, VARIABLE_START, BALANCER_TOKEN)) return null;
  // A text, as far as it is there; other users of X.224 have parameters.
  for (let at = VARIABLE_START; at < end; at++) {
    if (view[at] === CR && at > VARIABLE_START) return null;
    if (!isTextByte(view[at]!, at - VARIABLE_START)) return NO;
  }
  return tpktLength(view) === end ? NO : null;
}

/** Whether a byte may stand in a token, whose first is ASCII. */
function isTextByte(byte: number, index: number): boolean {
  return byte >= 0x20 && byte !== 0x7f && (byte < 0x80 || index > 0);
}

/** Whether a text stands at a place, as far as the bytes are there. */
function agrees(view: Uint8Array, at: number, text: Uint8Array): boolean {
  return expectBytes(view, at, text) !== NO;
}

function readVariable(part: Uint8Array, state: DetectState): Verdict {
  const facts: Draft = {};
  let at = 0;
  if (part[0] !== 1) {
    const cr = part.indexOf(CR);
    if (part[cr + 1] !== LF) return malformed("the cookie has no line end");
    const why = learnText(part.subarray(0, cr), facts, state);
    if (why !== null) return malformed(why);
    at = cr + 2;
  }
  const wrong = checkNegotiation(part, at);
  if (wrong !== null) return malformed(wrong);
  return match({ ...facts, protocols: readProtocols(part[at + 4] ?? 0) });
}

/** Adds the cookie or the token; says why it is in doubt, or `null`. */
function learnText(
  line: Uint8Array,
  facts: Draft,
  state: DetectState,
): string | null {
  const isUser = agrees(line, 0, COOKIE);
  const start = isUser
    ? COOKIE.length
    : agrees(line, 0, BALANCER_TOKEN)
    ? BALANCER_TOKEN.length
    : 0;
  const text = latin1(line.subarray(start));
  return learn(
    facts,
    isUser ? "cookie" : "token",
    hasControl(text) ? BAD_TEXT : certain(text),
    state,
  );
}

function checkNegotiation(part: Uint8Array, at: number): string | null {
  if (at === part.length) return null;
  const end = at + NEGOTIATION_BYTES;
  if (
    part[at] !== 1 || part[at + 2] !== NEGOTIATION_BYTES ||
    part[at + 3] !== 0 || end > part.length
  ) return "the negotiation request is invalid";
  const correlated = (part[at + 1]! & CORRELATION_PRESENT) !== 0;
  if (end === part.length) return null;
  return correlated && part[end] === 6 &&
      part.length === end + CORRELATION_BYTES
    ? null
    : "bytes remain after the negotiation request";
}

function readProtocols(flags: number): string[] {
  const names = PROTOCOLS.filter((_, bit) => (flags & (1 << bit)) !== 0);
  return names.length === 0 ? ["rdp"] : names;
}
