/**
 * Request lines of HTTP that are not three words.
 *
 * - A target with white space or control bytes in it: clients that do not encode
 *   them send such, and servers differ on where it ends (nginx before 1.21.1 and
 *   Apache's `Unsafe` took it, RFC 9112 §3 asks for 400). The version at the end
 *   of the line tells that it is HTTP; the target is in doubt.
 * - No target: likewise.
 * - No version: HTTP/0.9, `GET SP target CRLF` (RFC 1945 §4.1), which nginx and
 *   Apache serve. No header lines follow. Node serves every method and target
 *   so, and reads header lines: what HTTP/0.9 does not have is malformed.
 *
 * @module
 */
import { checkAuthority } from "../authority.ts";
import { ascii, latin1 } from "../byte_reader.ts";
import type { Malformed, More, No } from "../detector.ts";
import { malformed, more, NO } from "../detector.ts";
import { NO_WORD } from "../word_list.ts";
import { KNOWN_METHODS } from "./http_request.ts";
import {
  IN_LINE,
  type LineStart,
  moreOfLine,
  type RequestLine,
} from "./http_line_parts.ts";

const SP = 0x20;
const HTAB = 0x09;
const CR = 0x0d;
const LF = 0x0a;
const SLASH = 0x2f;
const VERSION = ascii("HTTP/1.");
const SCHEME = /^https?:\/\//i;
const MAX_SCHEME_BYTES = 8;

const NO_VERSION = malformed("the request line has no version");
/** Reads a line whose target, to the first space, no version follows. */
export function readSpacedLine(
  view: Uint8Array,
  start: LineStart,
): RequestLine | No | More {
  if (!hasTargetForm(view, start)) return NO;
  let at = start.targetEnd;
  while (at < view.length && view[at] !== CR && view[at] !== LF) at++;
  if (at === view.length) return moreOfLine(view, IN_LINE);
  const lf = view[at] === CR ? at + 1 : at;
  if (lf === view.length) return more(lf + 1);
  if (view[lf] !== LF) return NO;
  while (view[at - 1] === SP) at--;
  const minor = at - 1;
  const versionStart = minor - VERSION.length;
  if (!isVersion(view, versionStart) || !isSpace(view[versionStart - 1]!)) {
    return NO;
  }
  return {
    kind: "line",
    ...start,
    targetEnd: versionStart - 1,
    minor,
    end: lf + 1,
    problem: "the target holds white space or a control byte",
  };
}

/**
 * Reads a line of a method and one word, or none.
 *
 * @param lineEnd Where its CRLF or LF is.
 */
export function readUnversionedLine(
  view: Uint8Array,
  start: LineStart,
  lineEnd: number,
): RequestLine | No | More | Malformed {
  const lf = view[lineEnd] === CR ? lineEnd + 1 : lineEnd;
  if (lf < view.length && view[lf] !== LF) return NO;
  const { methodStart, methodEnd, targetStart, targetEnd } = start;
  const hasVersion = targetEnd === targetStart + VERSION.length + 1 &&
    isVersion(view, targetStart);
  const isPath = view[targetStart] === SLASH;
  if (!hasVersion) {
    const method = latin1(view.subarray(methodStart, methodEnd));
    const isOld = isPath && method === "GET";
    const isOther = isPath || mayStandAlone(view, start, method);
    if (!isOld && !(isOther && isKnown(view, start))) return NO;
    if (lf < view.length && !isOld) return NO_VERSION;
  }
  if (lf === view.length) return more(lf + 1);
  return {
    kind: "line",
    ...start,
    targetEnd: hasVersion ? targetStart : targetEnd,
    minor: hasVersion ? targetEnd - 1 : -1,
    end: lf + 1,
    problem: hasVersion ? "the request has no target" : null,
  };
}

/** Whether a target that is no path is one that Node takes without a version. */
function mayStandAlone(
  view: Uint8Array,
  { targetStart, targetEnd }: LineStart,
  method: string,
): boolean {
  const target = latin1(view.subarray(targetStart, targetEnd));
  return method === "CONNECT"
    // NATS has JSON there, with colons.
    ? /:\d+$/.test(target) && checkAuthority(target) === null
    : target === "*" || SCHEME.test(target);
}

/** Whether the method is one of HTTP's, in capitals as it must be. */
function isKnown(
  view: Uint8Array,
  { methodStart, methodEnd }: LineStart,
): boolean {
  for (let at = methodStart; at < methodEnd; at++) {
    if (view[at]! >= 0x61) return false;
  }
  return KNOWN_METHODS.find(view, methodStart, methodEnd) !== NO_WORD;
}

/** Whether the target starts as one: a path, a web address, CONNECT's. */
function hasTargetForm(
  view: Uint8Array,
  { methodStart, methodEnd, targetStart, targetEnd }: LineStart,
): boolean {
  if (view[targetStart] === SLASH) return true;
  const end = Math.min(targetEnd, targetStart + MAX_SCHEME_BYTES);
  return SCHEME.test(latin1(view.subarray(targetStart, end))) ||
    latin1(view.subarray(methodStart, methodEnd)) === "CONNECT";
}

/** Whether `HTTP/1.` and a digit stand at a place. */
function isVersion(view: Uint8Array, at: number): boolean {
  const digit = view[at + VERSION.length]!;
  return digit >= 0x30 && digit <= 0x39 &&
    VERSION.every((byte, i) => view[at + i] === byte);
}

function isSpace(byte: number): boolean {
  return byte === SP || byte === HTAB;
}
