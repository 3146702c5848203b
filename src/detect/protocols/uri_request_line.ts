/**
 * The request line of RTSP and SIP, which HTTP's was the model for.
 *
 * Wire: `method SP URI SP version CRLF` (RFC 2326 §6.1, RFC 3261 §7.1). One
 * space each; a bare LF is borne, as servers do.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { More, No } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { isTargetByte, MAX_METHOD_BYTES } from "./http_request.ts";

const SP = 0x20;
const CR = 0x0d;
const LF = 0x0a;

/** Longest request line that is looked at. */
export const MAX_LINE_BYTES = 4096;

/** A request line. */
export interface UriRequestLine {
  /** Tells it from a verdict. */
  readonly kind: "line";
  /** Its method. */
  readonly method: string;
  /** Its URI, as it was sent. */
  readonly uri: string;
}

/**
 * Reads a request line; `no` at the first byte that cannot be in one.
 *
 * @param start Where it starts.
 * @param isUriStart Whether a byte may be the first of the URI.
 * @param versions The version tokens that may end it.
 */
export function readUriRequestLine(
  view: Uint8Array,
  start: number,
  isUriStart: (byte: number) => boolean,
  versions: readonly Uint8Array[],
): UriRequestLine | No | More {
  const methodEnd = skipMethod(view, start);
  if (methodEnd < 0) return NO;
  const uriStart = methodEnd + 1;
  if (uriStart >= view.length) return more(view.length + 1);
  if (!isUriStart(view[uriStart]!)) return NO;
  const uriEnd = skipUri(view, uriStart, start + MAX_LINE_BYTES);
  if (uriEnd < 0) return NO;
  if (uriEnd === view.length) return more(uriEnd + 1);
  const problem = checkVersion(view, uriEnd + 1, versions);
  if (problem !== null) return problem;
  return {
    kind: "line",
    method: latin1(view.subarray(start, methodEnd)),
    uri: latin1(view.subarray(uriStart, uriEnd)),
  };
}

/** The place of the space; the view's end: not known yet; -1: no method. */
function skipMethod(view: Uint8Array, start: number): number {
  for (let at = start; at < view.length; at++) {
    if (view[at] === SP && at > start) return at;
    if (at - start === MAX_METHOD_BYTES) return -1;
    if (!isMethodByte(view[at]!, at - start)) return -1;
  }
  return view.length;
}

/** Whether a byte may stand in a method: `A-Z`, then also `0-9`, `_` and `-`. */
function isMethodByte(byte: number, index: number): boolean {
  if (byte >= 0x41 && byte <= 0x5a) return true;
  return index > 0 &&
    ((byte >= 0x30 && byte <= 0x39) || byte === 0x5f || byte === 0x2d);
}

/** The place of the space; the view's end: not known yet; -1: no URI. */
function skipUri(view: Uint8Array, start: number, limit: number): number {
  for (let at = start; at < view.length; at++) {
    if (view[at] === SP) return at;
    if (at >= limit || !isTargetByte(view[at]!)) return -1;
  }
  return view.length;
}

/** Looks for one of the versions and the line end; `null`: they are there. */
function checkVersion(
  view: Uint8Array,
  at: number,
  versions: readonly Uint8Array[],
): No | More | null {
  let open = false;
  for (const version of versions) {
    const length = Math.min(version.length, view.length - at);
    let same = 0;
    while (same < length && view[at + same] === version[same]) same++;
    if (same === version.length) return checkLineEnd(view, at + same);
    if (same === view.length - at) open = true;
  }
  return open ? more(view.length + 1) : NO;
}

function checkLineEnd(view: Uint8Array, at: number): No | More | null {
  const lf = view[at] === CR ? at + 1 : at;
  if (lf >= view.length) return more(view.length + 1);
  return view[lf] === LF ? null : NO;
}
