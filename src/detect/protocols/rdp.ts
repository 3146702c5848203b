/**
 * RDP, by the X.224 connection request.
 *
 * Where the flags of the negotiation request say so, `06` and 35 more bytes
 * follow it.
 *
 * `maxBytes` 259: the X.224 length has a byte.
 *
 * @module
 */
import { ascii, latin1 } from "../byte_reader.ts";
import type { Detector, FactValue, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16 } from "../expect.ts";
import { textWord } from "../rule_grammar.ts";
import { hasControl } from "./client_text.ts";

const VARIABLE_START = 11;
const NEGOTIATION_BYTES = 8;
const CORRELATION_BYTES = 36;
const CORRELATION_PRESENT = 8;
const MIN_BYTES = VARIABLE_START + NEGOTIATION_BYTES;
const MAX_BYTES = 5 + 254;
const CR = 0x0d;
const LF = 0x0a;

const COOKIE = ascii("Cookie: mstshash=");
const BALANCER_TOKEN = ascii("Cookie: msts=");
/** All that a text behind the class may start with. */
const TEXTS = [COOKIE, BALANCER_TOKEN, ascii("tsv://"), ascii("mth://")];

const TEXT_STARTS = TEXTS.map((text) => text[0]);

/** Bits of the requested protocols ([MS-RDPBCGR] 2.2.1.1.1); none: `rdp`. */
const PROTOCOLS = ["tls", "hybrid", "rdstls", "hybrid_ex", "rdsaad"];

/** Recognises an RDP client. */
export const rdp: Detector = {
  name: "RDP",
  summary: "RDP, by the X.224 connection request",
  maxBytes: MAX_BYTES,
  rules: {
    COOKIE: textWord("cookie", {
      pattern: /^[\x21-\x29\x2b-\x7e\xa1-\xff]*$/,
      expected: 'a user name as in the mstshash cookie, such as "alice"',
    }, { example: "alice" }),
  },
  docs: {
    firstBytes:
      "TPKT `03 00`, BE16 length; X.224 length (that one less 5), `e0 00 00`, 2 bytes of source, `00`; then `Cookie: mstshash=` or a routing token with CRLF, or `01`, flags, LE16 8, LE32 protocols, or both",
    facts: {
      cookie: "the user name behind `Cookie: mstshash=`, as sent",
      token:
        "the routing token: what is behind `Cookie: msts=`, or the whole line of `tsv://` and `mth://`",
      protocols:
        "those asked for: of `tls`, `hybrid`, `rdstls`, `hybrid_ex` and `rdsaad`; of none `rdp`",
    },
    source: [
      {
        text: "MS-RDPBCGR 2.2.1.1",
        url:
          "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rdpbcgr/18a27ef9-6f9a-4501-b000-94b1fe3c2c10",
      },
      rfc(1006, "6"),
    ],
    stance: [
      "Strict: the whole request is parsed, and cookie, token or negotiation request must be there.",
      "S7, MMS and other users of ISO transport put parameters (`c0`, `c1`, `c2`) where RDP has `C`, `t`, `m` or `01`: byte 11 decides. RTMP (`03`) fails at byte 5, H.323 at byte 4.",
      "A request with nothing behind the class (clients before 2000) could be any of them, and is not taken.",
    ],
  },
  detect(view) {
    const verdict = detectStart(view) ?? detectVariableStart(view);
    if (verdict !== null) return verdict;
    const length = tpktLength(view);
    return view.length < length
      ? more(length)
      : readVariable(view.subarray(VARIABLE_START, length));
  },
};

/** Looks at the fixed bytes; `null`: they are those of a connection request. */
function detectStart(view: Uint8Array): Verdict | null {
  for (let i = 0; i < VARIABLE_START; i++) {
    if (i === view.length) return more(i + 1);
    if (!isAtPlace(view, i)) return NO;
  }
  return null;
}

function isAtPlace(view: Uint8Array, place: number): boolean {
  switch (place) {
    case 0:
      return view[0] === 3;
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
function detectVariableStart(view: Uint8Array): Verdict | null {
  if (view.length === VARIABLE_START) return more(VARIABLE_START + 1);
  const first = view[VARIABLE_START]!;
  if (first !== 1 && !TEXT_STARTS.includes(first)) return NO;
  const part = view.subarray(VARIABLE_START, tpktLength(view));
  if (first === 1) {
    if (part.length > 2 && part[2] !== NEGOTIATION_BYTES) return NO;
    return part.length > 3 && part[3] !== 0 ? NO : null;
  }
  return TEXTS.some((text) => agrees(part, text)) ? null : NO;
}

/** Whether bytes begin with a text, as far as they are there. */
function agrees(bytes: Uint8Array, text: Uint8Array): boolean {
  const length = Math.min(bytes.length, text.length);
  for (let i = 0; i < length; i++) if (bytes[i] !== text[i]) return false;
  return true;
}

function readVariable(part: Uint8Array): Verdict {
  const facts: Record<string, FactValue> = {};
  let at = 0;
  if (part[0] !== 1) {
    const cr = part.indexOf(CR);
    if (cr < 0 || part[cr + 1] !== LF) {
      return malformed("the cookie has no line end");
    }
    const text = latin1(part.subarray(0, cr));
    if (hasControl(text)) return malformed("the cookie holds a control byte");
    if (agrees(part, COOKIE)) facts.cookie = text.slice(COOKIE.length);
    else if (!agrees(part, BALANCER_TOKEN)) facts.token = text;
    else facts.token = text.slice(BALANCER_TOKEN.length);
    at = cr + 2;
  }
  const wrong = checkNegotiation(part, at);
  if (wrong !== null) return malformed(wrong);
  facts.protocols = readProtocols(part[at + 4] ?? 0);
  return match(facts);
}

function checkNegotiation(part: Uint8Array, at: number): string | null {
  if (at === part.length) return null;
  const end = at + NEGOTIATION_BYTES;
  if (
    part[at] !== 1 || part[at + 2] !== NEGOTIATION_BYTES ||
    part[at + 3] !== 0 || end > part.length
  ) return "the negotiation request is broken";
  const correlated = (part[at + 1]! & CORRELATION_PRESENT) !== 0;
  if (end === part.length) return null;
  return correlated && part[end] === 6 &&
      part.length === end + CORRELATION_BYTES
    ? null
    : "bytes are left behind the negotiation request";
}

function readProtocols(flags: number): string[] {
  const names = PROTOCOLS.filter((_, bit) => (flags & (1 << bit)) !== 0);
  return names.length === 0 ? ["rdp"] : names;
}
