/**
 * IRC, by the lines with which a client or a server registers.
 *
 * `maxBytes` 1024: two lines.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";

const MAX_LINE_BYTES = 512;
const MAX_WORD_BYTES = 8;
const LF = 0x0a;
const PASS = "PASS";

/** What the first line, or the one behind `PASS`, must be. */
const OPENINGS: Readonly<Record<string, RegExp>> = {
  CAP: /^CAP (?:LS|REQ|END|LIST)(?: .*)?$/i,
  NICK: /^NICK :?[^\s:!@,#&*?\p{Cc}]{1,64}(?: \d+)?$/iu,
  USER: /^USER [^\s:]\S*(?: +[^\s:]\S*){2} +\S.*$/i,
  WEBIRC: /^WEBIRC(?: +[^\s:]\S*){3} +\S.*$/i,
  STARTTLS: /^STARTTLS$/i,
  JOIN: /^JOIN [#&+!][^\s:]{0,199}(?: \S+)?$/i,
  NOTICE: /^NOTICE [^\s:]\S* :.+$/i,
  PRIVMSG: /^PRIVMSG [^\s:]\S* :.+$/i,
  // Of InspIRCd and of UnrealIRCd, which say so before PASS and SERVER.
  CAPAB: /^CAPAB :?[A-Z].*$/i,
  PROTOCTL: /^PROTOCTL [A-Z].*$/i,
};

/** What may follow `PASS` beside the openings: servers. */
const SERVER_OPENINGS: Readonly<Record<string, RegExp>> = {
  ...OPENINGS,
  SERVER: /^SERVER \S+ +\d.*$/i,
};

const FIRST = { ...OPENINGS, [PASS]: /^PASS \S.*$/i };
const MATCH = match({});

/** Recognises an IRC client. */
export const irc: Detector = {
  name: "IRC",
  summary: "IRC, by the lines that register a client",
  maxBytes: 2 * MAX_LINE_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "a line of at most 512 bytes with CRLF or LF: `CAP` with a subcommand, `NICK`, `USER` with four parameters, `WEBIRC`, `STARTTLS`, `PRIVMSG`; or `PASS`, and behind it one of these, `SERVER`, `PROTOCTL` or `CAPAB`",
    facts: {},
    source: [
      rfc(2812, "3.1"),
      rfc(2812, "2.3"),
      {
        text: "IRCv3 capability negotiation",
        url: "https://ircv3.net/specs/extensions/capability-negotiation",
      },
    ],
    stance: [
      "Strict. FTP and POP3 share `USER` and `PASS`: there `USER` has one parameter, and behind `PASS` comes no line of IRC.",
      "NNTP and ManageSieve share `STARTTLS`, but their clients wait for the server before they send it.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    const end = readLine(view, 0, FIRST);
    if (typeof end !== "number") return end;
    if (wordAt(view, 0) !== PASS) return MATCH;
    const next = readLine(view, end, SERVER_OPENINGS);
    return typeof next === "number" ? MATCH : next;
  },
};

/** The place behind a line that is one of the expected; or a verdict. */
function readLine(
  view: Uint8Array,
  from: number,
  expected: Readonly<Record<string, RegExp>>,
): number | Verdict {
  const word = wordAt(view, from);
  const known = from + word.length === view.length
    ? Object.keys(expected).some((each) => each.startsWith(word))
    : Object.hasOwn(expected, word);
  if (!known) return NO;
  const lf = view.subarray(0, from + MAX_LINE_BYTES).indexOf(LF, from);
  if (lf < 0) {
    return view.length < from + MAX_LINE_BYTES ? more(view.length + 1) : NO;
  }
  const line = latin1(view.subarray(from, lf)).replace(/\r$/, "");
  return expected[word]?.test(line.trimEnd()) === true ? lf + 1 : NO;
}

/** The letters at a place in capitals, as many as a command has, and one. */
function wordAt(view: Uint8Array, from: number): string {
  let to = from;
  while (to <= from + MAX_WORD_BYTES && isLetter(view[to])) to++;
  return latin1(view.subarray(from, to)).toUpperCase();
}

function isLetter(byte: number | undefined): boolean {
  const letter = (byte ?? 0) | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}
