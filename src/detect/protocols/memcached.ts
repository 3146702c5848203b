/**
 * Memcached, by the first command of the text or the binary protocol.
 *
 * `maxBytes` 2048: longest line.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { NO_WORD, OPEN_WORD, WordList } from "../word_list.ts";
import { detectBinary } from "./memcached_binary.ts";

const MAX_LINE_BYTES = 2048;
const MAX_WORD_BYTES = 11;
const BINARY = 0x80;
const SP = 0x20;
const CR = 0x0d;
const LF = 0x0a;

const KEY = " [^\\s\\x00-\\x1f\\x7f]{1,250}";
const NUMBER = " -?\\d{1,20}";
const NOREPLY = "(?: noreply)?";
const META_FLAGS = "(?: [A-Za-z][^\\s]*)*";
const STORE = `${KEY}${NUMBER.repeat(3)}${NOREPLY}`;

/** The arguments of each command, as a pattern with the spaces before them. */
const ARGUMENTS: Readonly<Record<string, RegExp>> = Object.fromEntries(
  Object.entries({
    get: `(?:${KEY})+`,
    gets: `(?:${KEY})+`,
    gat: `${NUMBER}(?:${KEY})+`,
    gats: `${NUMBER}(?:${KEY})+`,
    set: STORE,
    add: STORE,
    replace: STORE,
    append: STORE,
    prepend: STORE,
    cas: `${KEY}${NUMBER.repeat(4)}${NOREPLY}`,
    incr: `${KEY}${NUMBER}${NOREPLY}`,
    decr: `${KEY}${NUMBER}${NOREPLY}`,
    touch: `${KEY}${NUMBER}${NOREPLY}`,
    delete: `${KEY}(?: 0)?${NOREPLY}`,
    stats: "(?: [a-z_]+(?: \\S+)*)?",
    version: "",
    verbosity: `${NUMBER}${NOREPLY}`,
    flush_all: `(?:${NUMBER})?${NOREPLY}`,
    slabs: "(?: \\S+)+",
    lru_crawler: "(?: \\S+)+",
    mn: "",
    me: `${KEY}${META_FLAGS}`,
    mg: `${KEY}${META_FLAGS}`,
    ma: `${KEY}${META_FLAGS}`,
    md: `${KEY}${META_FLAGS}`,
    ms: `${KEY}${NUMBER}${META_FLAGS}`,
  }).map(([word, pattern]) => [word, new RegExp(`^${pattern} *$`)]),
);
const WORDS = Object.keys(ARGUMENTS);
const WORD_LIST = new WordList(WORDS, { ignoreCase: false });
const VERSION = "version";
/** Ends a request of HTTP whose method is in lower case. */
const HTTP_VERSION = / HTTP\/\d(?:\.\d)? *$/;

/** Recognises a memcached client. */
export const memcached: Detector = {
  name: "MEMCACHED",
  summary: "Memcached, by the first command",
  maxBytes: MAX_LINE_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "a command in lower case, its arguments, CRLF; or `80`, opcode, BE16 length of the key, length of the extras, `00 00 00`, BE32 length of the body",
    facts: {
      command:
        "the first command in lower case; for the binary protocol its name in the text protocol, or a similar one",
    },
    source: [
      {
        text: "memcached, `doc/protocol.txt`",
        url:
          "https://github.com/memcached/memcached/blob/master/doc/protocol.txt",
      },
      { text: "memcached, `doc/protocol-binary.txt`" },
    ],
    stance: [
      "Strict. Text: the number and form of the arguments are checked; `quit` is not matched, because many text protocols have it.",
      "Redis takes commands in lower case too; of the commands that both have (`get`, `set`, `incr`), lower case is memcached.",
      "Binary: other protocols that start with `80` (SSL 2, ONC RPC, Thrift) do not have the lengths that the opcode requires.",
      "A bare LF is accepted, as shell pipes send it, but not after `version` (Munin, Gearman) and `get` with one key (lookup tables of Postfix).",
      "Beanstalkd also has `stats` and `delete` with a number, with the same bytes; they match as memcached. Its other commands do not match.",
      "An HTTP method in lower case (`get / HTTP/1.1`) is recognised by the version at the end of the line and not matched.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    return view[0] === BINARY ? detectBinary(view) : detectText(view);
  },
};

function detectText(view: Uint8Array): Verdict {
  const wordEnd = skipWord(view);
  const place = WORD_LIST.find(view, 0, wordEnd);
  if (place === OPEN_WORD) return more(view.length + 1);
  const ends = view[wordEnd] === SP || isLineEnd(view[wordEnd]!);
  if (!ends || place === NO_WORD) return NO;
  const word = WORDS[place]!;
  for (let i = wordEnd; i < view.length; i++) {
    if (i === MAX_LINE_BYTES - 1) return NO;
    if (isLineEnd(view[i]!)) return readArguments(view, word, i);
    if (view[i]! < SP || view[i] === 0x7f) return NO;
  }
  return more(view.length + 1);
}

/** The place behind the letters, of which there may be one too many. */
function skipWord(view: Uint8Array): number {
  let at = 0;
  while (at <= MAX_WORD_BYTES && isWordByte(view[at])) at++;
  return at;
}

function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined &&
    ((byte >= 0x61 && byte <= 0x7a) || byte === 0x5f);
}

/** Whether others send that line with a bare LF: Munin, Gearman; Postfix. */
function needsCr(word: string, text: string): boolean {
  return word === VERSION || (word === "get" && !text.includes(" ", 1));
}

function isLineEnd(byte: number): boolean {
  return byte === CR || byte === LF;
}

/** Looks at a line that ends in a CR or an LF at a place. */
function readArguments(view: Uint8Array, word: string, end: number): Verdict {
  const text = latin1(view.subarray(word.length, end));
  if (!ARGUMENTS[word]!.test(text) || HTTP_VERSION.test(text)) return NO;
  if (view[end] === LF) {
    return needsCr(word, text) ? NO : match({ command: word });
  }
  if (view.length === end + 1) return more(end + 2);
  return view[end + 1] === LF ? match({ command: word }) : NO;
}
