/**
 * STOMP, by the frame that connects.
 *
 * `maxBytes` 8192: servers take heads of about that size.
 *
 * @module
 */
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { NO_WORD, OPEN_WORD, WordList } from "../word_list.ts";
import { utf8 } from "./client_text.ts";
import { matchTexts, nameWord } from "./text_facts.ts";

const COMMANDS = new WordList(["CONNECT", "STOMP"], { ignoreCase: false });
const MAX_COMMAND_BYTES = 8;
const MAX_HEAD_BYTES = 8192;
const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
/** What {@linkcode findHeadEnd} says where there is no head. */
const NO_HEAD = -1;
/** What {@linkcode findHeadEnd} says while the head is not whole. */
const OPEN_HEAD = -2;

/** Recognises a STOMP client. */
export const stomp: Detector = {
  name: "STOMP",
  summary: "STOMP 1.0 to 1.2, by the frame that connects",
  maxBytes: MAX_HEAD_BYTES,
  rules: {
    VHOST: nameWord("vhost", "/orders"),
    USER: nameWord("user", "alice"),
  },
  docs: {
    firstBytes:
      "`CONNECT` or `STOMP`, LF or CRLF, header lines of name, `:` and value, an empty line, `00`",
    facts: {
      vhost:
        "the virtual host, as the header `host` has it; absent in STOMP 1.0",
      user: "as the header `login` has it; absent without one",
    },
    source: [
      {
        text: 'STOMP 1.2, "Connecting"',
        url: "https://stomp.github.io/stomp-specification-1.2.html#Connecting",
      },
    ],
    stance: [
      "Strict: the whole head, each line with a name. Of a repeated header the first one counts, as STOMP requires.",
      "`CONNECT` of HTTP and NATS is followed by a space. STOMP over WebSocket is HTTP.",
    ],
  },
  detect(view, state) {
    if (view.length === 0) return more(1);
    if (isPlace(state.progress)) return readLines(view, state.progress, state);
    let at = 0;
    while (at < MAX_COMMAND_BYTES && isCapital(view[at])) at++;
    const word = COMMANDS.find(view, 0, at);
    if (word === NO_WORD) return NO;
    if (word === OPEN_WORD) return more(view.length + 1);
    const lineEnd = view[at] === CR ? at + 1 : at;
    if (lineEnd === view.length) return more(lineEnd + 1);
    if (view[lineEnd] !== LF) return NO;
    const start = lineEnd + 1;
    return readLines(view, { start, at: start, lineStart: start }, state);
  },
};

/** How far the header lines have been read. */
interface Place {
  /** Where the first of them starts. */
  readonly start: number;
  /** The next byte to read. */
  at: number;
  lineStart: number;
  /** Whether the line has had its colon. */
  hasColon?: boolean;
}

/** Reads on, so that a client that drips costs no more than a fast one. */
function readLines(
  view: Uint8Array,
  place: Place,
  state: DetectState,
): Verdict {
  const end = findHeadEnd(view, place);
  if (end === NO_HEAD) return NO;
  if (end === OPEN_HEAD) {
    return { kind: "more", atLeast: view.length + 1, progress: place };
  }
  if (end === view.length) return more(end + 1);
  return view[end] === 0
    ? readHead(view.subarray(place.start, end), state)
    : NO;
}

function isPlace(progress: unknown): progress is Place {
  return typeof progress === "object" && progress !== null;
}

/** Where the empty line has ended; moves the place. */
function findHeadEnd(view: Uint8Array, place: Place): number {
  for (; place.at < view.length; place.at++) {
    const { at } = place;
    const byte = view[at]!;
    if (byte === LF) {
      const length = at - place.lineStart - (view[at - 1] === CR ? 1 : 0);
      if (length <= 0) return at + 1;
      if (!place.hasColon) return NO_HEAD;
      place.lineStart = at + 1;
      place.hasColon = false;
    } else if (byte === COLON) {
      if (at === place.lineStart) return NO_HEAD;
      place.hasColon = true;
    } else if (byte < 0x20 && byte !== CR) return NO_HEAD;
  }
  return OPEN_HEAD;
}

function readHead(head: Uint8Array, state: DetectState): Verdict {
  const texts: Record<string, string> = {};
  for (const line of utf8(head, MAX_HEAD_BYTES).split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    texts[line.slice(0, colon)] ??= line.slice(colon + 1).replace(/\r$/, "");
  }
  return matchTexts({ vhost: texts["host"], user: texts["login"] }, state);
}

function isCapital(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}
