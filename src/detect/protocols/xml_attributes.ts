/**
 * The attributes of an XML start tag (XML 1.0 §3.1).
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;

/** Values by name, as they stand between the quotes. */
export type Attributes = ReadonlyMap<string, Uint8Array>;

/** Whether a byte is white space of XML. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/**
 * Reads the attributes behind the name of a tag, to the `>`.
 *
 * White space between two attributes may be missing: some clients forget it.
 *
 * @returns The attributes; `null`: more bytes are needed; a text: what is wrong.
 */
export function readAttributes(
  view: Uint8Array,
  from: number,
): Attributes | null | string {
  const attributes = new Map<string, Uint8Array>();
  let at = from;
  for (;;) {
    at = skipSpace(view, at);
    if (at === view.length) return null;
    if (view[at] === GREATER) return attributes;
    if (view[at] === SLASH) return "the tag is empty";
    const nameEnd = skipName(view, at);
    const equals = skipSpace(view, nameEnd);
    if (equals === view.length) return null;
    if (nameEnd === at || view[equals] !== EQUALS) {
      return "an attribute has no name or no value";
    }
    const open = skipSpace(view, equals + 1);
    if (open === view.length) return null;
    const close = findClose(view, open);
    if (close < 0) return "an attribute has no quotes, or `<` in them";
    if (close === view.length) return null;
    const name = latin1(view.subarray(at, nameEnd));
    if (attributes.has(name)) return `there are two attributes "${name}"`;
    attributes.set(name, view.subarray(open + 1, close));
    at = close + 1;
  }
}

function skipSpace(view: Uint8Array, from: number): number {
  let at = from;
  while (at < view.length && isSpace(view[at]!)) at++;
  return at;
}

function skipName(view: Uint8Array, from: number): number {
  let at = from;
  while (at < view.length && isNameByte(view[at]!)) at++;
  return at;
}

/** Letters, digits, `_`, `-`, `.` and `:`; not ASCII is borne. */
function isNameByte(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || byte >= 0x80 ||
    (byte >= 0x30 && byte <= 0x3a) || byte === 0x5f || byte === 0x2d ||
    byte === 0x2e;
}

/** The quote that ends a value; the view's end: not yet; -1: there is none. */
function findClose(view: Uint8Array, open: number): number {
  const quote = view[open];
  if (quote !== QUOTE && quote !== APOSTROPHE) return -1;
  for (let i = open + 1; i < view.length; i++) {
    if (view[i] === quote) return i;
    if (view[i] === LESS) return -1;
  }
  return view.length;
}
