/**
 * SOCKS, by the greeting (5) or the request (4, 4a).
 *
 * A client of version 5 waits behind its greeting, so that its host is not known
 * yet.
 *
 * `maxBytes` 520: a user and a host of 255 bytes each.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16 } from "../expect.ts";
import { type Draft, learn } from "../learnt.ts";
import { textWord } from "../rule_grammar.ts";
import { readHost } from "./client_text.ts";

const MAX_METHODS = 16;
const MAX_TEXT_BYTES = 255;
const USER_START = 8;
const CONNECT = 1;
const BIND = 2;
const RESOLVE = 0xf0;
const PASSWORD = 2;
const MAX_STANDARD_METHOD = 9;
const MIN_PRIVATE_METHOD = 0x80;
const NO_METHOD = 0xff;
const MULTICAST = 224;

/** Recognises a SOCKS client. */
export const socks: Detector = {
  name: "SOCKS",
  summary: "SOCKS 4, 4a and 5, by the greeting or the request",
  maxBytes: USER_START + 2 * (MAX_TEXT_BYTES + 1),
  rules: {
    VERSION: textWord("version", {
      pattern: /^[45]$/,
      expected: '"4" (also for 4a) or "5"',
    }, { example: "5", exact: true }),
  },
  docs: {
    firstBytes:
      "SOCKS 5: `05`, a count of 1 to 16, and as many methods; SOCKS 4: `04`, `01` (connect) or `02` (bind), BE16 port, IPv4 address, user, `00`; 4a has the address `00 00 00 xx`, and host and `00` after the user; Tor adds the command `f0`, which resolves a host of 4a",
    facts: {
      version: "`5`, or `4` for 4 and 4a",
      host:
        "for 4 the IPv4 address, for 4a the name in lower case; absent for 5, where it is sent later",
      port: "a number, for 4 and 4a only",
    },
    source: [
      rfc(1928, "3"),
      {
        text: "SOCKS 4",
        url: "https://www.openssh.com/txt/socks4.protocol",
      },
      {
        text: "SOCKS 4a",
        url: "https://www.openssh.com/txt/socks4a.protocol",
      },
      {
        text: "Tor's extensions to SOCKS",
        url: "https://spec.torproject.org/socks-extensions.html",
      },
    ],
    stance: [
      "Strict. The methods must be different and include one of none, GSSAPI and password. Port and address must be valid, and the user must not contain control bytes.",
      "DCE/RPC (`05 00`), DNP3 (`05 64`) and Minecraft (a length of 5, then `00`) are excluded at the count, Cassandra 4 (`04 00`) at the command. DNS does not match these bytes.",
      "A MongoDB message of 261 bytes and a Modbus request with transaction 1281 start with `05 01 00 00`, which contains a complete greeting; the order of the protocols in the config decides.",
    ],
  },
  detect(view, state) {
    if (view.length === 0) return more(1);
    if (view[0] === 5) return detectGreeting(view);
    return view[0] === 4 ? detectRequest(view, state) : NO;
  },
};

/** Looks at the greeting of version 5, which begins with `05`. */
export function detectGreeting(view: Uint8Array): Verdict {
  if (view.length < 2) return more(2);
  const count = view[1]!;
  if (count === 0 || count > MAX_METHODS) return NO;
  const end = 2 + count;
  let known = false;
  for (let i = 2; i < end && i < view.length; i++) {
    const method = view[i]!;
    if (!isMethod(method) || view.indexOf(method, 2) < i) return NO;
    known ||= method <= PASSWORD;
  }
  if (view.length < end) return more(end);
  return known ? match({ version: "5" }) : NO;
}

function isMethod(byte: number): boolean {
  return byte <= MAX_STANDARD_METHOD ||
    (byte >= MIN_PRIVATE_METHOD && byte !== NO_METHOD);
}

function detectRequest(view: Uint8Array, state: DetectState): Verdict {
  if (view.length < 2) return more(2);
  const lookUp = view[1] === RESOLVE;
  if (view[1] !== CONNECT && view[1] !== BIND && !lookUp) return NO;
  if (view.length < 4) return more(4);
  const port = be16(view, 2);
  if (port === 0 && !lookUp) return NO;
  if (view.length < USER_START) return more(USER_START);
  const named = view[4] === 0;
  if (named ? !isMarker(view) : lookUp || view[4]! >= MULTICAST) return NO;
  const userEnd = skipText(view, USER_START, 0x20);
  if (userEnd < 0) return NO;
  if (userEnd === view.length) return more(userEnd + (named ? 3 : 1));
  if (named) return readName(view, userEnd + 1, port, state);
  const host = view.subarray(4, USER_START).join(".");
  return match({ version: "4", host, port });
}

/** Whether the address is `0.0.0.x`, which says that a host follows. */
function isMarker(view: Uint8Array): boolean {
  return view[5] === 0 && view[6] === 0 && view[7] !== 0;
}

function readName(
  view: Uint8Array,
  start: number,
  port: number,
  state: DetectState,
): Verdict {
  const end = skipText(view, start, 0x21);
  if (end < 0 || end === start && end < view.length) return NO;
  if (end === view.length) return more(end + (end === start ? 2 : 1));
  const facts: Draft = { version: "4", port };
  const host = readHost(latin1(view.subarray(start, end)));
  const why = learn(facts, "host", host, state);
  return why === null ? match(facts) : malformed(why);
}

/** Place of the NUL behind a text; the view's end: not yet; -1: no such text. */
function skipText(view: Uint8Array, from: number, lowest: number): number {
  for (let i = from; i < view.length; i++) {
    const byte = view[i]!;
    if (i - from > MAX_TEXT_BYTES) return -1;
    if (byte === 0) return i;
    if (byte < lowest || byte === 0x7f) return -1;
  }
  return view.length;
}
