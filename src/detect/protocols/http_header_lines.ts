/**
 * The header lines of an HTTP/1 request: whether they are sound, and the Host.
 *
 * Wire: `name ":" OWS value OWS CRLF`, an empty line at the end (RFC 9112 §2.1
 * and §5). What servers are known to read differently (two Host lines, folded
 * lines, white space before the colon, control bytes) puts all of them in doubt,
 * so that nobody behind passthru sees another host than passthru did.
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
  /** What is wrong with them, so that they are in doubt; `null`: nothing. */
  readonly problem: string | null;
  /** Whether the empty line at the end has come. */
  readonly complete: boolean;
  /** The value of the Host line; `undefined`: there is none so far. */
  readonly host: string | undefined;
  /** Fewest bytes that can complete the head. */
  readonly missing: number;
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
  if (seen < view.length && view.indexOf(LF, seen) < 0) {
    return missingInLine(view, from);
  }
  const { problem, complete, host, missing } = readHeaderLines(
    view,
    lineStart(view, from, seen),
  );
  const judged = problem !== null || complete || host !== undefined;
  return judged ? null : missing;
}

/** As {@linkcode Head.missing}, where the view ends in a line that has begun. */
function missingInLine(view: Uint8Array, from: number): number {
  const last = view.length - 1;
  const isEnd = view[last] === CR && (last === from || view[last - 1] === LF);
  return isEnd ? 1 : 2;
}

/** Where the line that holds a place starts, not before `from`. */
function lineStart(view: Uint8Array, from: number, place: number): number {
  return place <= from ? from : Math.max(
    from,
    view.lastIndexOf(LF, place - 1) + 1,
  );
}

/** Reads the header lines from a place on. */
export function readHeaderLines(view: Uint8Array, from: number): Head {
  let at = from;
  let host: string | undefined;
  for (;;) {
    const lf = view.indexOf(LF, at);
    if (lf < 0) break;
    const end = lf > at && view[lf - 1] === CR ? lf - 1 : lf;
    if (end === at) return { problem: null, complete: true, host, missing: 0 };
    const problem = checkLine(view, at, end) ??
      (host !== undefined && isHost(view, at)
        ? "there are two Host lines"
        : null);
    if (problem !== null) return { problem, complete: false, host, missing: 0 };
    if (isHost(view, at)) host = trimmed(view, at + HOST.length, end);
    at = lf + 1;
  }
  const cr = view.length === at + 1 && view[at] === CR;
  const missing = at === view.length || cr ? 1 : 2;
  return { problem: null, complete: false, host, missing };
}

function checkLine(view: Uint8Array, from: number, to: number): string | null {
  // Servers join it to the line before, or pass over it, or read it as a line.
  if (isSpace(view[from]!)) return "a header line is folded";
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
      return "a header line contains a control byte";
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
