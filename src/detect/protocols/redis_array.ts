/**
 * Commands of Redis as client libraries send them: arrays of bulk strings.
 *
 * Wire ("Redis serialization protocol specification"): `*` count CRLF, then for
 * each word `$` length CRLF word CRLF. An array of none (`*0`) or fewer (`*-1`)
 * is no command; servers pass over it, so that the next array decides.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { DetectState, Verdict } from "../detector.ts";
import { malformed, match, more, needs, NO } from "../detector.ts";

/** Longest run of empty arrays that is passed over. */
const MAX_EMPTY_BYTES = 512;

const ASTERISK = 0x2a;
const DOLLAR = 0x24;
const MINUS = 0x2d;
const CR = 0x0d;
const LF = 0x0a;
const ZERO = 0x30;
/** What servers take: 2^31 - 1, before version 7 2^20. */
const MAX_COUNT_DIGITS = 10;
/** Digits that are read before it is no number at all. */
const MAX_DIGITS = 64;
const MAX_WORD_BYTES = 64;

const BROKEN_LENGTH = malformed("the length of the command is invalid");
const NO_COMMAND = malformed("there is no command");

/** Looks at bytes that begin with `*`. */
export function detectArrays(view: Uint8Array, state: DetectState): Verdict {
  for (let at = 0;;) {
    const lineEnd = skipCount(view, at + 1);
    if (lineEnd < 0) return NO;
    for (let i = lineEnd; i < lineEnd + 2; i++) {
      if (i >= view.length) return more(i + 1);
      if (view[i] !== (i === lineEnd ? CR : LF)) return NO;
    }
    if (view[at + 1] !== MINUS && view[at + 1] !== ZERO) {
      return detectWord(view, lineEnd + 2, lineEnd - at - 1);
    }
    at = lineEnd + 2;
    if (at > MAX_EMPTY_BYTES) return NO_COMMAND;
    if (at < view.length && view[at] !== ASTERISK) return NO_COMMAND;
    if (at < view.length) continue;
    if (!state.ended) return more(at + 1);
    return needs(state, "command") ? NO_COMMAND : match({});
  }
}

/** Looks at the length of the first word and the word. */
function detectWord(
  view: Uint8Array,
  dollar: number,
  countDigits: number,
): Verdict {
  if (countDigits > MAX_COUNT_DIGITS) {
    return malformed("there are too many words");
  }
  if (dollar === view.length) return more(dollar + 1);
  if (view[dollar] !== DOLLAR) return malformed("the command has no length");
  const lengthEnd = skipDigits(view, dollar + 1, 2);
  if (lengthEnd < 0) return BROKEN_LENGTH;
  if (lengthEnd === view.length) return more(lengthEnd + 1);
  return readWord(view, lengthEnd, numberAt(view, dollar + 1, lengthEnd));
}

/** Reads the word behind its length, which ends at a place. */
function readWord(view: Uint8Array, from: number, length: number): Verdict {
  if (length > MAX_WORD_BYTES) return malformed("the command is too long");
  const start = from + 2;
  const end = start + length;
  if (view.length < end + 2) return more(end + 2);
  if (!isLineEnd(view, from)) return BROKEN_LENGTH;
  const word = latin1(view.subarray(start, end));
  if (!/^[A-Za-z_][A-Za-z0-9_.|-]*$/.test(word) || !isLineEnd(view, end)) {
    return malformed("the command is invalid");
  }
  return match({ command: word.toUpperCase() });
}

function isLineEnd(view: Uint8Array, at: number): boolean {
  return view[at] === CR && view[at + 1] === LF;
}

/** The place behind a count, which is `0`, positive or negative; -1: it is none. */
function skipCount(view: Uint8Array, from: number): number {
  if (view[from] === ZERO) return from + 1;
  return skipDigits(view, view[from] === MINUS ? from + 1 : from, MAX_DIGITS);
}

/**
 * The place behind a number without leading zeros; the view's end: it may go
 * on; -1: there is none, or it has too many digits.
 */
function skipDigits(view: Uint8Array, from: number, most: number): number {
  for (let i = from; i < view.length; i++) {
    const byte = view[i]!;
    if (byte >= ZERO && byte <= 0x39) {
      if ((byte === ZERO && i === from) || i - from === most) return -1;
    } else return i > from ? i : -1;
  }
  return view.length;
}

function numberAt(view: Uint8Array, from: number, to: number): number {
  return Number(latin1(view.subarray(from, to)));
}
