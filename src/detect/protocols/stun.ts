/**
 * STUN and TURN over TCP, by the first request.
 *
 * `maxBytes` 2022: 2000 bytes of attributes.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16, expectBytes } from "../expect.ts";

const HEADER_BYTES = 20;
const FRAME_BYTES = 2;
const MAX_ATTRIBUTES_BYTES = 2000;
const COOKIE = Uint8Array.of(0x21, 0x12, 0xa4, 0x42);

/** Methods of requests that clients open with (RFC 8489, 8656, 6062). */
const METHODS: Readonly<Record<number, string>> = {
  0x0001: "binding",
  0x0003: "allocate",
  0x0004: "refresh",
  0x000a: "connect",
  0x000b: "connection_bind",
};

/** Recognises a STUN or TURN client on TCP. */
export const stun: Detector = {
  name: "STUN",
  summary: "STUN and TURN over TCP, by the first request",
  maxBytes: FRAME_BYTES + HEADER_BYTES + MAX_ATTRIBUTES_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "BE16 type, BE16 length of the attributes, `21 12 a4 42`, 12 bytes of transaction id, attributes padded to 4 bytes; preceded by another BE16 length if media share the connection",
    facts: {
      method:
        "`binding`, `allocate`, `refresh`, `connect` or `connection_bind`",
    },
    source: [
      rfc(8489, "5"),
      rfc(8489, "14"),
      rfc(8656),
      rfc(6062),
      rfc(4571),
      rfc(6544, "10.1"),
    ],
    stance: [
      "Strict: type, cookie and every length are checked. Only requests that a client sends first are matched.",
      "Classic STUN (RFC 3489) has no cookie and is not matched.",
    ],
  },
  detect(view) {
    const plain = detectAt(view, 0);
    return plain.kind === "no" ? detectFramed(view) : plain;
  },
};

function detectFramed(view: Uint8Array): Verdict {
  if (view.length < FRAME_BYTES) return more(FRAME_BYTES);
  const length = be16(view, 0);
  const attributes = length - HEADER_BYTES;
  if (!isAttributesLength(attributes)) return NO;
  if (view.length >= FRAME_BYTES + 4) {
    if (be16(view, FRAME_BYTES + 2) !== attributes) return NO;
  }
  return detectAt(view, FRAME_BYTES);
}

/** Looks at a message that begins at a place. */
function detectAt(view: Uint8Array, start: number): Verdict {
  if (view.length < start + 1) return more(start + 1);
  if (view[start] !== 0) return NO;
  if (view.length < start + 2) return more(start + 2);
  const method = METHODS[view[start + 1]!];
  if (method === undefined) return NO;
  if (view.length < start + 3) return more(start + 3);
  if (view[start + 2]! > MAX_ATTRIBUTES_BYTES >> 8) return NO;
  if (view.length < start + 4) return more(start + 4);
  const length = be16(view, start + 2);
  if (!isAttributesLength(length)) return NO;
  const cookie = expectBytes(view, start + 4, COOKIE);
  if (cookie !== null) return cookie;
  const end = start + HEADER_BYTES + length;
  if (view.length < end) return more(end);
  return fill(view, start + HEADER_BYTES, end)
    ? match({ method })
    : malformed("the attributes do not end where the message does");
}

function isAttributesLength(length: number): boolean {
  return length >= 0 && length <= MAX_ATTRIBUTES_BYTES && length % 4 === 0;
}

/** Whether attributes end exactly at a place. */
function fill(view: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at + 4 <= end) at += 4 + ((be16(view, at + 2) + 3) & ~3);
  return at === end;
}
