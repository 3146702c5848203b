/**
 * Clamd (ClamAV), by the first command.
 *
 * `maxBytes` 16: a letter and the longest command.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { NO_WORD, OPEN_WORD, WordList } from "../word_list.ts";

const NAMES = [
  "PING",
  "VERSION",
  "RELOAD",
  "SHUTDOWN",
  "SCAN",
  "CONTSCAN",
  "MULTISCAN",
  "ALLMATCHSCAN",
  "INSTREAM",
  "FILDES",
  "STATS",
  "IDSESSION",
  "VERSIONCOMMANDS",
  "DETSTATS",
];
const COMMANDS = new WordList(NAMES, { ignoreCase: false });
const MAX_NAME_BYTES = 15;
/** With a NUL or with LF at the end of commands. */
const BY_NUL = 0x7a;
const BY_LF = 0x6e;
const SP = 0x20;

/** Recognises a client of clamd. */
export const clamd: Detector = {
  name: "CLAMD",
  summary: "Clamd (ClamAV), by the first command",
  maxBytes: MAX_NAME_BYTES + 2,
  rules: {},
  docs: {
    firstBytes:
      "`z` and a command with `00` at its end (`zINSTREAM`), or `n` and one with LF; after `SCAN` and similar commands SP and a path",
    facts: { command: "the command in capitals, without the letter before it" },
    source: [
      {
        text: "clamd(8), COMMANDS",
        url:
          "https://manpages.debian.org/bookworm/clamav-daemon/clamd.8.en.html",
      },
    ],
    stance: [
      "Strict: a known command with the terminator that its prefix letter requires. Commands without the letter (`PING` LF) are not matched, because Redis has `PING`, too.",
    ],
  },
  detect(view) {
    const letter = view[0];
    if (letter === undefined) return more(1);
    if (letter !== BY_NUL && letter !== BY_LF) return NO;
    let end = 1;
    while (end <= MAX_NAME_BYTES && view[end]! >= 0x41 && view[end]! <= 0x5a) {
      end++;
    }
    const command = COMMANDS.find(view, 1, end);
    if (command === NO_WORD) return NO;
    if (command === OPEN_WORD) return more(view.length + 1);
    const name = NAMES[command]!;
    const isEnd = view[end] === (letter === BY_NUL ? 0 : 0x0a);
    const hasPath = view[end] === SP && name.endsWith("SCAN");
    return isEnd || hasPath ? match({ command: name }) : NO;
  },
};
