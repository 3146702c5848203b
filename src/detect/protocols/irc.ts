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
import { NO_WORD, OPEN_WORD, WordList } from "../word_list.ts";

const MAX_LINE_BYTES = 512;
const MAX_WORD_BYTES = 8;
const LF = 0x0a;

/** What the first line, or the one behind `PASS`, must be. */
const OPENINGS: Readonly<Record<string, RegExp>> = {
  CAP: /^CAP +(?:LS|REQ|END|LIST)(?: .*)?$/i,
  NICK: /^NICK +:?(?:(?![:!@,#&*?])[!-~\x80-\xff]){1,64}(?: +\d+)?$/i,
  USER: /^USER +[^\s:]\S*(?: +[^\s:]\S*){2} +\S.*$/i,
  WEBIRC: /^WEBIRC(?: +[^\s:]\S*){3} +\S.*$/i,
  STARTTLS: /^STARTTLS$/i,
  JOIN: /^JOIN +[#&+!][^\s:]{0,199}(?: +\S+)?$/i,
  NOTICE: /^NOTICE +[^\s:]\S* +:.+$/i,
  PRIVMSG: /^PRIVMSG +[^\s:]\S* +:.+$/i,
  // Of InspIRCd and of UnrealIRCd, which say so before PASS and SERVER.
  CAPAB: /^CAPAB :?[A-Z].*$/i,
  PROTOCTL: /^PROTOCTL [A-Z].*$/i,
};

/** A line that clients of NUT send with a bare LF, and those of IRC do not. */
const OF_OTHERS = /^STARTTLS$/i;

/** What may follow `PASS` beside the openings: servers. */
const SERVER_OPENINGS: Readonly<Record<string, RegExp>> = {
  ...OPENINGS,
  SERVER: /^SERVER \S+ +\d.*$/i,
};

/** The lines that may stand at a place, by the list of their first words. */
interface Lines {
  readonly words: WordList;
  readonly patterns: readonly RegExp[];
}

const FIRST = linesOf({ ...OPENINGS, PASS: /^PASS \S.*$/i });
const BEHIND_PASS = linesOf(SERVER_OPENINGS);
const MATCH = match({});

/** Recognises an IRC client. */
export const irc: Detector = {
  name: "IRC",
  summary: "IRC, by the lines that register a client",
  maxBytes: 2 * MAX_LINE_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "a line of at most 512 bytes with CRLF or LF: `CAP` with a subcommand, `NICK`, `USER` with four parameters, `WEBIRC`, `STARTTLS` with CRLF, `PRIVMSG`; or `PASS`, and after it one of these, `SERVER`, `PROTOCTL` or `CAPAB`",
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
      "Strict. FTP and POP3 also have `USER` and `PASS`, but their `USER` has one parameter, and no line of IRC follows their `PASS`.",
      "NNTP and ManageSieve also have `STARTTLS`, but their clients wait for the server first. NUT clients do not wait, so `STARTTLS` with a bare LF is not matched.",
      "Otherwise a bare LF is accepted, as shell pipes send it.",
      "`JOIN`, `NOTICE` and `PRIVMSG` from a client that has not registered match, too.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    const end = readLine(view, 0, FIRST);
    if (typeof end !== "number") return end;
    if (!isPass(view)) return MATCH;
    const next = readLine(view, end, BEHIND_PASS);
    return typeof next === "number" ? MATCH : next;
  },
};

/** The place behind a line that is one of the expected; or a verdict. */
function readLine(
  view: Uint8Array,
  from: number,
  { words, patterns }: Lines,
): number | Verdict {
  const place = words.find(view, from, skipWord(view, from));
  if (place === NO_WORD) return NO;
  if (place === OPEN_WORD) return more(view.length + 1);
  const lf = view.subarray(0, from + MAX_LINE_BYTES).indexOf(LF, from);
  if (lf < 0) {
    return view.length < from + MAX_LINE_BYTES ? more(view.length + 1) : NO;
  }
  const line = latin1(view.subarray(from, lf));
  if (OF_OTHERS.test(line)) return NO;
  return patterns[place]!.test(line.trimEnd()) ? lf + 1 : NO;
}

function linesOf(openings: Readonly<Record<string, RegExp>>): Lines {
  const words = new WordList(Object.keys(openings), { ignoreCase: true });
  return { words, patterns: Object.values(openings) };
}

/** The place behind the letters, as many as a command has, and one. */
function skipWord(view: Uint8Array, from: number): number {
  let to = from;
  while (to <= from + MAX_WORD_BYTES && isLetter(view[to])) to++;
  return to;
}

/** Whether a first line that is one begins with PASS: no other has `PA`. */
function isPass(view: Uint8Array): boolean {
  return (view[0]! | 0x20) === 0x70 && (view[1]! | 0x20) === 0x61;
}

function isLetter(byte: number | undefined): boolean {
  const letter = (byte ?? 0) | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}
