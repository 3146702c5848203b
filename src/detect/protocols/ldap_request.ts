/**
 * The requests of LDAP, as far as they must be read to be sure of one.
 *
 * Wire: RFC 4511 §4.2 to §4.14. Microsoft's clients have their own ways to bind
 * (Sicily, MS-ADTS 5.1.1.1.3: `89` to `8b`).
 *
 * @module
 */
import type { More, No } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { type Element, readElement } from "./ber.ts";

/** What a request must begin with; `null`: it does. */
type Check = (view: Uint8Array, request: Element) => No | More | null;

const INTEGER = 0x02;
const OCTETS = 0x04;
const ENUMERATED = 0x0a;
const SEQUENCE = 0x30;
const NEW_RDN = 0x04;
const REQUEST_NAME = 0x80;
const CREDENTIALS = [0x80, 0xa3, 0x89, 0x8a, 0x8b];
const MAX_NAME_BYTES = 4096;
const MAX_OID_BYTES = 64;

const CHECKS: ReadonlyMap<number, Check> = new Map<number, Check>([
  [0x60, checkBind],
  [0x63, checkSearch],
  [0x77, checkExtended],
  [0x42, checkUnbind],
  [0x50, checkAbandon],
  [0x4a, checkDelete],
  [0x66, (view, { start, end }) => checkNamed(view, start, end, SEQUENCE)],
  [0x68, (view, { start, end }) => checkNamed(view, start, end, SEQUENCE)],
  [0x6e, (view, { start, end }) => checkNamed(view, start, end, SEQUENCE)],
  [0x6c, (view, { start, end }) => checkNamed(view, start, end, NEW_RDN)],
]);

/** The tags of the requests. */
export const REQUEST_TAGS: readonly number[] = [...CHECKS.keys()];

/** Reads what tells a request; `null`: it is one. */
export function detectRequest(
  view: Uint8Array,
  request: Element,
): No | More | null {
  return CHECKS.get(request.tag)!(view, request);
}

/** Version 2 or 3, a name, credentials. */
function checkBind(
  view: Uint8Array,
  { start, end }: Element,
): No | More | null {
  const version = readSmall(view, start, end, INTEGER, 3);
  if (typeof version !== "number") return version;
  if (version < 2) return NO;
  return checkNamed(view, start + 3, end, ...CREDENTIALS);
}

/** A name, scope, dereferencing of aliases. */
function checkSearch(
  view: Uint8Array,
  { start, end }: Element,
): No | More | null {
  const base = readElement(view, start, end, OCTETS);
  if (base.kind !== "element") return base;
  if (base.end - base.start > MAX_NAME_BYTES) return NO;
  const scope = readSmall(view, base.end, end, ENUMERATED, 3);
  if (typeof scope !== "number") return scope;
  const aliases = readSmall(view, base.end + 3, end, ENUMERATED, 3);
  return typeof aliases === "number" ? null : aliases;
}

/** The number of an operation, such as `1.3.6.1.4.1.1466.20037`. */
function checkExtended(
  view: Uint8Array,
  { start, end }: Element,
): No | More | null {
  const name = readElement(view, start, end, REQUEST_NAME);
  if (name.kind !== "element") return name;
  const length = name.end - name.start;
  if (length < 3 || length > MAX_OID_BYTES) return NO;
  for (let at = name.start; at < name.end; at++) {
    if (at === view.length) return more(at + 1);
    const byte = view[at]!;
    if (byte !== 0x2e && (byte < 0x30 || byte > 0x39)) return NO;
  }
  return null;
}

function checkUnbind(_: Uint8Array, { start, end }: Element): No | null {
  return start === end ? null : NO;
}

/** The id of a message: the tag is the request's. */
function checkAbandon(_: Uint8Array, { start, end }: Element): No | null {
  return end > start && end - start <= 4 ? null : NO;
}

/** A name: the tag is the request's. It starts with a letter or a digit. */
function checkDelete(
  view: Uint8Array,
  { start, end }: Element,
): No | More | null {
  if (start === end || end - start > MAX_NAME_BYTES) return NO;
  for (let at = start; at < end; at++) {
    if (at === view.length) return more(at + 1);
    if (view[at] === 0x3d && at > start) return null;
    if (!isTypeByte(view[at]!)) return NO;
  }
  return NO;
}

/** A name, then an element with one of these tags. */
function checkNamed(
  view: Uint8Array,
  start: number,
  end: number,
  ...tags: readonly number[]
): No | More | null {
  const name = readElement(view, start, end, OCTETS);
  if (name.kind !== "element") return name;
  if (name.end - name.start > MAX_NAME_BYTES) return NO;
  const next = readElement(view, name.end, end, ...tags);
  return next.kind === "element" ? null : next;
}

/** Reads an element whose contents are one byte, from 0 to a highest value. */
function readSmall(
  view: Uint8Array,
  at: number,
  limit: number,
  tag: number,
  highest: number,
): number | No | More {
  const element = readElement(view, at, limit, tag);
  if (element.kind !== "element") return element;
  if (element.end - element.start !== 1) return NO;
  if (view.length < element.end) return more(element.end);
  const value = view[element.start]!;
  return value <= highest ? value : NO;
}

/** Whether a byte may stand in the type of an attribute (RFC 4514 §3). */
function isTypeByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e;
}
