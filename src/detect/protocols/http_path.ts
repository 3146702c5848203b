/**
 * The normal form of a request's path, so that a rule meets what a server
 * serves whichever way the client spells it.
 *
 * Escapes are decoded once, but for `%`, `?`, `#` and bytes that are not visible
 * ASCII, which stay or become escapes with capitals; then empty segments and dot
 * segments are removed (RFC 3986 §6.2.2, §5.2.4; empty ones as nginx and most
 * file servers do). The bytes that go to the target stay as they are.
 *
 * @module
 */

/** A path in its normal form, or why servers read it differently. */
export type NormalPath =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly why: string };

/** What only a path has that may not be in its normal form. */
const MAY_CHANGE = /[^\x21-\x24\x26-\x5b\x5d-\x7e]|\/[/.]/;
const NUL = 0x00;
const HASH = 0x23;
const PERCENT = 0x25;
const SLASH = 0x2f;
const QUESTION = 0x3f;
const BACKSLASH = 0x5c;
/** A dot segment to servers that take parameters (`;a=b`) off a segment. */
const DOTS_WITH_PARAMETER = /^\.\.?;/;

/** Brings a path that starts with `/` into its normal form. */
export function normalPath(path: string): NormalPath {
  if (!MAY_CHANGE.test(path)) return { ok: true, path };
  const decoded = decode(path);
  return decoded.ok ? removeSegments(decoded.path) : decoded;
}

/** Decodes the escapes, and escapes what must be. */
function decode(path: string): NormalPath {
  let decoded = "";
  for (let at = 0; at < path.length; at++) {
    let code = path.charCodeAt(at);
    const escaped = code === PERCENT;
    if (escaped) {
      const digits = path.slice(at + 1, at + 3);
      if (!/^[\da-f]{2}$/i.test(digits)) {
        return doubt("contains an invalid escape");
      }
      code = parseInt(digits, 16);
      at += 2;
      if (code === NUL) return doubt("contains an escaped NUL byte");
      if (code === SLASH) return doubt("contains an escaped slash");
    }
    if (code === BACKSLASH) return doubt("contains a backslash");
    decoded += mustEscape(code)
      ? "%" + code.toString(16).toUpperCase().padStart(2, "0")
      : String.fromCharCode(code);
  }
  return { ok: true, path: decoded };
}

function mustEscape(code: number): boolean {
  return code <= 0x20 || code >= 0x7f || code === PERCENT ||
    code === QUESTION || code === HASH;
}

/**
 * Removes empty and dot segments. Where it matters which goes first (`/a//../b`)
 * servers differ.
 */
function removeSegments(path: string): NormalPath {
  const segments = path.split("/").slice(1);
  if (segments.some((segment) => DOTS_WITH_PARAMETER.test(segment))) {
    return doubt("has a parameter behind a dot segment");
  }
  const merged = removeDots(segments.filter((segment) => segment !== ""));
  const kept = removeDots(segments).filter((segment) => segment !== "");
  if (merged.join("/") !== kept.join("/")) {
    return doubt("has a dot segment behind an empty one");
  }
  const isFolder = ["", ".", ".."].includes(segments.at(-1)!);
  const end = isFolder && merged.length > 0 ? "/" : "";
  return { ok: true, path: `/${merged.join("/")}${end}` };
}

function removeDots(segments: readonly string[]): string[] {
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  return kept;
}

function doubt(problem: string): NormalPath {
  return { ok: false, why: `the path ${problem}` };
}
