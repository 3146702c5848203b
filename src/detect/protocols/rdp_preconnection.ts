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
import type { Facts, More, No } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { le16, le32 } from "../expect.ts";
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
 * Looks for a blob at the start of the bytes.
 *
 * @returns The place behind it, or a verdict.
 */
export function skipPreconnection(view: Uint8Array): number | No | More {
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
  return version === 2 && hasControl(textOf(view, size)) ? NO : size;
}

/** What a blob says that ends at a place. */
export function readPreconnection(view: Uint8Array, end: number): Facts {
  const text = textOf(view, end);
  return {
    preconnection_id: le32(view, ID_AT),
    ...(text === "" ? {} : { preconnection: text }),
  };
}

/** Whether a byte fits the size, the flags and the version. */
function isHeaderByte(view: Uint8Array, at: number): boolean {
  const byte = view[at]!;
  if (at === 0) {
    return byte >= VERSION_1_BYTES && byte <= MAX_SIZE && byte % 2 === 0;
  }
  return at === VERSION_AT ? byte === 1 || byte === 2 : byte === 0;
}

/** The text without the NULs at its end; version 1 has none. */
function textOf(view: Uint8Array, end: number): string {
  let text = "";
  for (let at = VERSION_2_BYTES; at < end; at += 2) {
    text += String.fromCharCode(le16(view, at));
  }
  return text.replace(/\0+$/, "");
}
