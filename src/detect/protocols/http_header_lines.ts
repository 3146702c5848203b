/**
 * The header lines of an HTTP/1 request: whether they are sound, and the Host.
 *
 * Wire: `name ":" OWS value OWS CRLF`, an empty line at the end (RFC 9112 §2.1
 * and §5). What peers are known to read differently (two Host lines, white
 * space before the colon, control bytes) is malformed, as the RFC has it, so
 * that nobody behind passthru sees another host than passthru did.
 *
 * @module
 */
import { ascii, latin1 } from "../byte_reader.ts";

const SP = 0x20;
const HTAB = 0x09;
const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const HOST = ascii("host:");

/** What the header lines say. */
export interface Head {
  /** Whether the empty line at the end has come. */
  readonly complete: boolean;
  /** The value of the Host line; absent: there is none so far. */
  readonly host?: string;
  /** Fewest bytes that can complete the head. */
  readonly missing: number;
}

/** Reads the header lines from a place on; a text says what is wrong. */
export function readHeaderLines(view: Uint8Array, from: number): Head | string {
  return readLines(view, from, false);
}

/**
 * Reads on in header lines of which a part was read before and found sound, so
 * that a client that drips costs no more than a fast one.
 *
 * @param seen How many bytes of the view were read before.
 * @returns Fewest bytes that can complete the head; `null`: it is complete, or
 * there is something in it that only a whole reading can judge.
 */
export function resumeHeaderLines(
  view: Uint8Array,
  from: number,
  seen: number,
): number | null {
  const start = lineStart(view, from, seen);
  const before = lineStart(view, from, start - 1);
  const mayFold = start > from && !isHost(view, before);
  const found = readLines(view, start, mayFold);
  const judged = typeof found === "string" || found.complete ||
    found.host !== undefined;
  return judged ? null : found.missing;
}

/** Where the line that holds a place starts, not before `from`. */
function lineStart(view: Uint8Array, from: number, place: number): number {
  return place <= from ? from : Math.max(
    from,
    view.lastIndexOf(LF, place - 1) + 1,
  );
}

function readLines(
  view: Uint8Array,
  from: number,
  foldable: boolean,
): Head | string {
  let at = from;
  let host: string | undefined;
  let mayFold = foldable;
  for (;;) {
    const lf = view.indexOf(LF, at);
    if (lf < 0) break;
    const end = lf > at && view[lf - 1] === CR ? lf - 1 : lf;
    if (end === at) return head(true, host, 0);
    const folded = isSpace(view[at]!);
    const why = folded
      ? checkFold(view, at, end, mayFold)
      : checkLine(view, at, end);
    if (why !== null) return why;
    if (!folded) {
      mayFold = !isHost(view, at);
      if (!mayFold && host !== undefined) return "there are two Host lines";
      if (!mayFold) host = trimmed(view, at + HOST.length, end);
    }
    at = lf + 1;
  }
  const cr = view.length === at + 1 && view[at] === CR;
  return head(false, host, at === view.length || cr ? 1 : 2);
}

function head(
  complete: boolean,
  host: string | undefined,
  missing: number,
): Head {
  return host === undefined
    ? { complete, missing }
    : { complete, host, missing };
}

/**
 * A line that continues the one before it (obs-fold, RFC 9112 §5.2) is borne;
 * not behind the request line, where servers disagree on what it is, and not
 * behind Host, where it would change the host.
 */
function checkFold(
  view: Uint8Array,
  from: number,
  to: number,
  allowed: boolean,
): string | null {
  return allowed
    ? checkBytes(view, from, to)
    : "the request line or the Host line is folded";
}

function checkLine(view: Uint8Array, from: number, to: number): string | null {
  const colon = view.indexOf(COLON, from);
  if (colon < 0 || colon >= to) return "a header line has no colon";
  if (colon === from) return "a header line has no name";
  for (let i = from; i < colon; i++) {
    if (view[i] === SP || view[i] === HTAB) {
      return "a header name holds white space";
    }
  }
  return checkBytes(view, from, to);
}

function checkBytes(view: Uint8Array, from: number, to: number): string | null {
  for (let i = from; i < to; i++) {
    const byte = view[i]!;
    if ((byte < SP && byte !== HTAB) || byte === 0x7f) {
      return "a header line holds a control byte";
    }
  }
  return null;
}

/** Whether a line is that of the Host. */
function isHost(view: Uint8Array, from: number): boolean {
  for (let i = 0; i < HOST.length; i++) {
    // Letters differ from their capitals in one bit, which the colon has.
    if ((view[from + i]! | 0x20) !== HOST[i]) return false;
  }
  return true;
}

/** The bytes without white space at the ends. */
function trimmed(view: Uint8Array, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(view[start]!)) start++;
  while (end > start && isSpace(view[end - 1]!)) end--;
  return latin1(view.subarray(start, end));
}

function isSpace(byte: number): boolean {
  return byte === SP || byte === HTAB;
}
