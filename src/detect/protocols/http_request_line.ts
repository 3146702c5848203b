/**
 * The first line of an HTTP/1 request, by position.
 *
 * Wire: `method SP target SP "HTTP/1." DIGIT CRLF` (RFC 9112 §3). Several
 * spaces count as one, a bare LF as CRLF, and empty lines before it and spaces
 * behind the version are passed over, as in nginx and HAProxy (RFC 9112 §2.2
 * and §3 allow all four). nginx and Node take any number of empty lines, and a
 * CR alone for one. The version token tells HTTP from RTSP and SIP.
 * Lines of other shapes: `http_odd_line.ts`.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { DetectState, Malformed, More, No } from "../detector.ts";
import { malformed, more, NO } from "../detector.ts";
import { expectBytes } from "../expect.ts";
import { NO_WORD } from "../word_list.ts";
import { readSpacedLine, readUnversionedLine } from "./http_odd_line.ts";
import {
  IN_EMPTY_LINES,
  IN_LINE,
  IN_SPACES,
  IN_TARGET,
  type LineStart,
  moreOfLine,
  type RequestLine,
} from "./http_line_parts.ts";
import {
  isMethodByte,
  isTargetByte,
  KNOWN_METHODS,
  MAX_METHOD_BYTES,
} from "./http_request.ts";

const SP = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const SLASH = 0x2f;
const ASTERISK = 0x2a;
/** What a web address and a version in the target's place begin with. */
const SMALL_H = 0x68;
const SMALL_A = 0x61;
const CONNECT_START = 0x43;
const NAME = ascii("HTTP/");
const MAJOR = ascii("1.");
/** The method of HTTP/2's preface, which has the shape of a request line. */
const PREFACE = ascii("PRI ");

/**
 * Says `more` again where the bytes that have come since go on with what was
 * last read and do not end it, so that a client that drips costs no more than a
 * fast one. `null`: the line must be read.
 */
export function resumeRequestLine(
  view: Uint8Array,
  { ended, seen = 0, progress }: DetectState,
): More | null {
  if (ended || seen === 0 || typeof progress !== "string") return null;
  for (let at = seen; at < view.length; at++) {
    if (!goesOn(view[at]!, progress)) return null;
  }
  return moreOfLine(view, progress);
}

/** Whether a byte neither ends nor changes what is being read. */
function goesOn(byte: number, progress: string): boolean {
  switch (progress) {
    case IN_TARGET:
      return isTargetByte(byte);
    case IN_SPACES:
      return byte === SP;
    case IN_EMPTY_LINES:
      return byte === CR || byte === LF;
    case IN_LINE:
      return byte !== CR && byte !== LF;
    default:
      return false;
  }
}

/** Reads the request line; `no` at the first byte that cannot be in one. */
export function readRequestLine(
  view: Uint8Array,
): RequestLine | No | More | Malformed {
  const methodStart = skipEmptyLines(view);
  if (methodStart > 0 && methodStart === view.length) {
    return moreOfLine(view, IN_EMPTY_LINES);
  }
  const methodEnd = skipMethod(view, methodStart);
  if (methodEnd < 0) return NO;
  const targetStart = skipSpaces(view, methodEnd);
  const targetEnd = skipTarget(view, targetStart);
  const versionStart = skipSpaces(view, targetEnd);
  if (versionStart >= view.length) {
    if (view[view.length - 1] === SP) return moreOfLine(view, IN_SPACES);
    return targetStart < targetEnd
      ? moreOfLine(view, IN_TARGET)
      : more(view.length + 1);
  }
  const name = expectBytes(view, versionStart, NAME);
  if (name !== null && name !== NO) return name;
  if (name === NO && !mayBeOdd(view, methodStart, targetStart)) return NO;
  const start = { methodStart, methodEnd, targetStart, targetEnd };
  if (name === null && versionStart > targetEnd) {
    return readVersion(view, start, versionStart + NAME.length);
  }
  const first = view[versionStart]!;
  if (first === CR || first === LF) {
    return readUnversionedLine(view, start, versionStart);
  }
  return readSpacedLine(view, start);
}

/** Whether a line that is not three words begins as `http_odd_line.ts` has it. */
function mayBeOdd(
  view: Uint8Array,
  methodStart: number,
  targetStart: number,
): boolean {
  const first = view[targetStart]!;
  return first === SLASH || first === ASTERISK || (first | 0x20) === SMALL_H ||
    view[methodStart] === CONNECT_START;
}

/** Reads what is behind `HTTP/`. */
function readVersion(
  view: Uint8Array,
  start: LineStart,
  from: number,
): RequestLine | No | More | Malformed {
  const minor = from + MAJOR.length;
  for (let at = from; at <= minor; at++) {
    if (at >= view.length) return more(view.length + 1);
    const fits = at < minor ? view[at] === MAJOR[at - from] : isDigit(view[at]);
    if (!fits) return isPreface(view, start) ? NO : BAD_VERSION;
  }
  const cr = skipSpaces(view, minor + 1);
  const lf = view[cr] === CR ? cr + 1 : cr;
  if (lf >= view.length) return more(view.length + 1);
  if (view[lf] !== LF) return BAD_VERSION;
  return { kind: "line", ...start, minor, end: lf + 1, problem: null };
}

const BAD_VERSION = malformed("the version is not 1.0 or 1.1");

/** The place behind empty lines. */
function skipEmptyLines(view: Uint8Array): number {
  let at = 0;
  while (view[at] === CR || view[at] === LF) at++;
  return at;
}

/**
 * The place behind the method; the view's end: not known yet; -1: no method.
 *
 * Case matters (RFC 9110 §9.1), and clients send what they are told. With small
 * letters only what is a known method otherwise counts: words are too common.
 */
function skipMethod(view: Uint8Array, from: number): number {
  let hasSmall = false;
  let at = from;
  for (; at < view.length; at++) {
    const byte = view[at]!;
    if (byte === SP && at > from) break;
    const index = at - from;
    if (index === MAX_METHOD_BYTES || !isMethodByte(byte, index)) return -1;
    hasSmall ||= byte >= SMALL_A;
  }
  const isWord = hasSmall && KNOWN_METHODS.find(view, from, at) === NO_WORD;
  return isWord ? -1 : at;
}

function skipSpaces(view: Uint8Array, from: number): number {
  let at = from;
  while (view[at] === SP) at++;
  return at;
}

/** The first place behind the target. */
function skipTarget(view: Uint8Array, from: number): number {
  let at = from;
  while (at < view.length && isTargetByte(view[at]!)) at++;
  return at;
}

function isPreface(view: Uint8Array, { methodStart }: LineStart): boolean {
  return PREFACE.every((byte, i) => view[methodStart + i] === byte);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
