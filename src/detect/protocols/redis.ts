/**
 * Redis, by the first command.
 *
 * An array is what every client library sends; a line of words comes from
 * people, health checks and old replicas: see `redis_inline.ts` for which.
 *
 * `maxBytes` 1024: longest inline command; an array is known after its word.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { Detector, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { textWord } from "../rule_grammar.ts";
import { detectInline, MAX_INLINE_BYTES } from "./redis_inline.ts";

const ASTERISK = 0x2a;
const DOLLAR = 0x24;
const CR = 0x0d;
const LF = 0x0a;
const MAX_COUNT_DIGITS = 7;
const MAX_WORD_BYTES = 64;

/** Recognises a Redis client. */
export const redis: Detector = {
  name: "REDIS",
  summary: "Redis, by the first command",
  maxBytes: MAX_INLINE_BYTES,
  rules: {
    COMMAND: textWord("command", {
      pattern: /^[A-Z_][A-Z0-9_.|-]*$/,
      expected: 'a command such as "PING" or "FT.*"',
    }, { example: "PING" }),
  },
  docs: {
    firstBytes:
      "`*` count CRLF `$` length CRLF command CRLF; or an inline command: a word, maybe SP and arguments, CRLF",
    facts: { command: "the first command, in capitals" },
    source: [
      {
        text: "Redis serialization protocol specification",
        url: "https://redis.io/docs/latest/develop/reference/protocol-spec/",
      },
    ],
    stance: [
      "Strict; nothing else begins with `*`, digits, CRLF, `$`. An array of no words, which servers skip, is not taken: no client opens with it.",
      "Of inline commands only those that no other protocol of lines has, with CRLF: `GET`, `AUTH`, `HELLO`, `QUIT` and a bare LF are not taken; `set` and `incr` in lower case are memcached's.",
      "TLS comes before Redis, not in it. Valkey, KeyDB and Dragonfly speak the same.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    return view[0] === ASTERISK ? detectArray(view) : detectInline(view);
  },
};

function detectArray(view: Uint8Array): Verdict {
  const countEnd = skipDigits(view, 1, MAX_COUNT_DIGITS);
  if (countEnd < 0) return NO;
  const dollar = countEnd + 2;
  for (let i = countEnd; i <= dollar; i++) {
    if (i >= view.length) return more(i + 1);
    if (view[i] !== [CR, LF, DOLLAR][i - countEnd]) return NO;
  }
  const lengthEnd = skipDigits(view, dollar + 1, 2);
  if (lengthEnd < 0) return malformed("the length of the command is broken");
  if (lengthEnd === view.length) return more(lengthEnd + 1);
  return readWord(view, lengthEnd, numberAt(view, dollar + 1, lengthEnd));
}

/** Reads the word behind its length, which ends at a place. */
function readWord(view: Uint8Array, from: number, length: number): Verdict {
  if (length > MAX_WORD_BYTES) return malformed("the command is too long");
  const start = from + 2;
  const end = start + length;
  if (view.length < end + 2) return more(end + 2);
  if (!isLineEnd(view, from)) {
    return malformed("the length of the command is broken");
  }
  const word = latin1(view.subarray(start, end));
  if (!/^[A-Za-z_][A-Za-z0-9_.|-]*$/.test(word) || !isLineEnd(view, end)) {
    return malformed("the command is broken");
  }
  return match({ command: word.toUpperCase() });
}

function isLineEnd(view: Uint8Array, at: number): boolean {
  return view[at] === CR && view[at + 1] === LF;
}

/**
 * The place behind a number without leading zeros; the view's end: it may go
 * on; -1: there is none, or it has too many digits.
 */
function skipDigits(view: Uint8Array, from: number, most: number): number {
  for (let i = from; i < view.length; i++) {
    const byte = view[i]!;
    if (byte >= 0x30 && byte <= 0x39) {
      if ((byte === 0x30 && i === from) || i - from === most) return -1;
    } else return i > from ? i : -1;
  }
  return view.length;
}

function numberAt(view: Uint8Array, from: number, to: number): number {
  return Number(latin1(view.subarray(from, to)));
}
