/**
 * The first line of an HTTP/1 request, by position.
 *
 * Wire: `method SP target SP "HTTP/1." DIGIT CRLF` (RFC 9112 §3). Several
 * spaces count as one and a bare LF as CRLF, as in nginx and HAProxy (RFC 9112
 * §2.2 and §3 allow both). The version token tells HTTP from RTSP and SIP.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { More, No } from "../detector.ts";
import { more, NO } from "../detector.ts";
import {
  isMethodByte,
  isTargetByte,
  MAX_METHOD_BYTES,
} from "./http_request.ts";

const SP = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const VERSION = ascii("HTTP/1.");

/** Where the parts of a request line are, in bytes from the first. */
export interface RequestLine {
  /** Tells it from a verdict. */
  readonly kind: "line";
  /** Where the method ends; it starts with the bytes. */
  readonly methodEnd: number;
  /** Where the target starts. */
  readonly targetStart: number;
  /** Where the target ends. */
  readonly targetEnd: number;
  /** Place of the digit after `HTTP/1.`. */
  readonly minor: number;
  /** Where the header lines begin. */
  readonly end: number;
}

/** Reads the request line; `no` at the first byte that cannot be in one. */
export function readRequestLine(view: Uint8Array): RequestLine | No | More {
  const methodEnd = skipMethod(view);
  if (methodEnd < 0) return NO;
  const targetStart = skipSpaces(view, methodEnd);
  const targetEnd = skipTarget(view, targetStart);
  if (targetEnd < 0) return NO;
  const versionStart = skipSpaces(view, targetEnd);
  for (let i = 0; i < VERSION.length; i++) {
    if (versionStart + i >= view.length) return more(view.length + 1);
    if (view[versionStart + i] !== VERSION[i]) return NO;
  }
  const minor = versionStart + VERSION.length;
  if (minor >= view.length) return more(view.length + 1);
  if (view[minor]! < 0x30 || view[minor]! > 0x39) return NO;
  const lf = view[minor + 1] === CR ? minor + 2 : minor + 1;
  if (lf >= view.length) return more(view.length + 1);
  if (view[lf] !== LF) return NO;
  return {
    kind: "line",
    methodEnd,
    targetStart,
    targetEnd,
    minor,
    end: lf + 1,
  };
}

/** The place behind the method; the view's end: not known yet; -1: no method. */
function skipMethod(view: Uint8Array): number {
  for (let i = 0; i < view.length; i++) {
    if (view[i] === SP && i > 0) return i;
    if (i === MAX_METHOD_BYTES || !isMethodByte(view[i]!, i)) return -1;
  }
  return view.length;
}

function skipSpaces(view: Uint8Array, from: number): number {
  let at = from;
  while (view[at] === SP) at++;
  return at;
}

/** The place behind the target; the view's end: not known yet; -1: no target. */
function skipTarget(view: Uint8Array, from: number): number {
  for (let i = from; i < view.length; i++) {
    if (isTargetByte(view[i]!)) continue;
    return view[i] === SP ? i : -1;
  }
  return view.length;
}
