/**
 * Elements of the Basic Encoding Rules (ITU-T X.690): a tag, a length, contents.
 *
 * Only one-byte tags and definite lengths, as LDAP has them (RFC 4511 §5.1).
 *
 * @module
 */
import type { More, No } from "../detector.ts";
import { more, NO } from "../detector.ts";

/** Where an element is. */
export interface Element {
  /** Tells it from a verdict. */
  readonly kind: "element";
  /** Its tag. */
  readonly tag: number;
  /** Where its contents start. */
  readonly start: number;
  /** Where its contents end; that may be past the end of the view. */
  readonly end: number;
}

/** Length bytes after the first, at most: 4 make 32 bits. */
const MAX_LENGTH_BYTES = 4;

/**
 * Reads the tag and the length of an element, not its contents.
 *
 * @param at Where it starts; may be past the end of the view.
 * @param limit Where the element around it ends; it must end there or before.
 * @param tags What the tag may be; none: anything.
 */
export function readElement(
  view: Uint8Array,
  at: number,
  limit: number,
  ...tags: readonly number[]
): Element | No | More {
  if (at >= limit) return NO;
  if (at >= view.length) return more(at + 1);
  const tag = view[at]!;
  if (tags.length > 0 && !tags.includes(tag)) return NO;
  if (at + 1 === view.length) return more(at + 2);
  let length = view[at + 1]!;
  let start = at + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > MAX_LENGTH_BYTES) return NO;
    if (view.length < start + count) return more(start + count);
    length = 0;
    for (const end = start + count; start < end; start++) {
      length = length * 256 + view[start]!;
    }
  }
  const end = start + length;
  return end > limit ? NO : { kind: "element", tag, start, end };
}
