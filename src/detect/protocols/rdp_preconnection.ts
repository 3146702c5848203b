/**
 * The preconnection blob, by which an RDP client names what it wants (a virtual
 * machine) before its connection request, or before TLS.
 *
 * Wire (MS-RDPEPS 2.2.1): LE32 size with itself, LE32 flags 0, LE32 version,
 * LE32 id; in version 2 LE16 count of UTF-16 units, and these, with NULs at the
 * end.
 *
 * @module
 */
import type { More, No } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { le16, le32 } from "../expect.ts";
import type { Draft } from "../learnt.ts";
import { hasControl } from "./client_text.ts";

const VERSION_1_BYTES = 16;
const VERSION_2_BYTES = 18;
/** A size of one byte: the id of a machine has 36 units, and no more is seen. */
const MAX_SIZE = 254;
const VERSION_AT = 8;
const ID_AT = 12;

/** Longest blob. */
export const MAX_BLOB_BYTES: number = MAX_SIZE;

/**
 * Reads a blob at the start of the bytes.
 *
 * @param facts Gets what it says.
 * @returns The place behind it, or a verdict.
 */
export function readPreconnection(
  view: Uint8Array,
  facts: Draft,
): number | No | More {
  for (let at = 0; at < ID_AT; at++) {
    if (at === view.length) return more(at + 1);
    if (!isHeaderByte(view, at)) return NO;
  }
  const size = le32(view, 0);
  const version = view[VERSION_AT]!;
  if (version === 1 ? size !== VERSION_1_BYTES : size < VERSION_2_BYTES) {
    return NO;
  }
  if (version === 2) {
    if (view.length < VERSION_2_BYTES) return more(VERSION_2_BYTES);
    if (size !== VERSION_2_BYTES + 2 * le16(view, VERSION_1_BYTES)) return NO;
  }
  if (view.length < size) return more(size);
  facts.preconnection_id = le32(view, ID_AT);
  if (version === 1) return size;
  const text = utf16(view.subarray(VERSION_2_BYTES, size));
  if (hasControl(text)) return NO;
  if (text !== "") facts.preconnection = text;
  return size;
}

/** Whether a byte fits the size, the flags and the version. */
function isHeaderByte(view: Uint8Array, at: number): boolean {
  const byte = view[at]!;
  if (at === 0) {
    return byte >= VERSION_1_BYTES && byte <= MAX_SIZE && byte % 2 === 0;
  }
  return at === VERSION_AT ? byte === 1 || byte === 2 : byte === 0;
}

/** A text without the NULs at its end. */
function utf16(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    text += String.fromCharCode(le16(bytes, at));
  }
  return text.replace(/\0+$/, "");
}
