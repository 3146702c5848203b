/**
 * Thrift, by the head of the first call.
 *
 * `maxBytes` 276: a name of 255 bytes.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be32 } from "../expect.ts";
import { nameWord } from "./text_facts.ts";

const FRAME_BYTES = 4;
const BINARY = 0x80;
const COMPACT = 0x82;
/** Version 1 with the kind: a call, one that wants no reply. */
const COMPACT_KINDS = [0x21, 0x81];
const BINARY_KINDS = [1, 4];
const MAX_NAME_BYTES = 255;
const MAX_NUMBER_BYTES = 5;
const MAX_FRAME_BYTES = 2 ** 26;

/** Recognises a Thrift client. */
export const thrift: Detector = {
  name: "THRIFT",
  summary: "Thrift (binary, compact), by the head of the first call",
  maxBytes: FRAME_BYTES + 2 + 2 * MAX_NUMBER_BYTES + MAX_NAME_BYTES + 5,
  rules: { METHOD: nameWord("method", "Calculator:add") },
  docs: {
    firstBytes:
      "optionally a BE32 length; `80 01 00 01` (call) or `80 01 00 04` (without reply), BE32 length and name of the method, BE32 id; or compact `82 21` or `82 81`, the id and the length as varints, and the name",
    facts: {
      method:
        "the method that is called, as sent; where several services share a port, the service and `:` before it",
    },
    source: [
      {
        text: "Apache Thrift, Thrift Remote Procedure Call",
        url:
          "https://github.com/apache/thrift/blob/master/doc/specs/thrift-rpc.md",
      },
      {
        text: "Apache Thrift, Binary and Compact protocol encoding",
        url:
          "https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md",
      },
    ],
    stance: [
      "Strict: version, type, and a name of letters, digits and `. _ : - $ /`.",
      "Not matched: the old binary protocol without a version, the JSON protocol, and the headers of Facebook's Thrift.",
      "ONC RPC and memcached's binary protocol begin with `80` too: they have other bytes where the version and the name stand.",
    ],
  },
  detect(view) {
    const first = view[0];
    if (first === undefined) return more(1);
    if (first === BINARY || first === COMPACT) return detectAt(view, 0);
    if (first !== 0) return NO;
    for (let at = 1; at < FRAME_BYTES; at++) {
      if (at === view.length) return more(at + 1);
    }
    if (view.length === FRAME_BYTES) return more(FRAME_BYTES + 1);
    const length = be32(view, 0);
    return length > 8 && length <= MAX_FRAME_BYTES
      ? detectAt(view, FRAME_BYTES)
      : NO;
  },
};

/** Looks at a message that begins at a place, of which a byte is there. */
function detectAt(view: Uint8Array, start: number): Verdict {
  if (view[start] === BINARY) return detectBinary(view, start);
  return view[start] === COMPACT ? detectCompact(view, start) : NO;
}

function detectBinary(view: Uint8Array, start: number): Verdict {
  for (let at = start + 1; at < start + 8; at++) {
    if (at === view.length) return more(at + 1);
    const byte = view[at]!;
    const place = at - start;
    if (place === 1 ? byte !== 1 : place !== 3 && place < 7 && byte !== 0) {
      return NO;
    }
    if (place === 3 && !BINARY_KINDS.includes(byte)) return NO;
  }
  return detectName(view, start + 8, view[start + 7]!);
}

function detectCompact(view: Uint8Array, start: number): Verdict {
  if (view.length < start + 2) return more(start + 2);
  if (!COMPACT_KINDS.includes(view[start + 1]!)) return NO;
  let at = start + 2;
  const idEnd = at + MAX_NUMBER_BYTES;
  while (view[at]! >= 0x80) {
    at++;
    if (at === idEnd) return NO;
  }
  const lengthAt = at + 1;
  if (lengthAt >= view.length) return more(view.length + 1);
  // Longer names take two bytes, and are hardly any.
  if (view[lengthAt]! >= 0x80) return NO;
  return detectName(view, lengthAt + 1, view[lengthAt]!);
}

function detectName(view: Uint8Array, from: number, length: number): Verdict {
  if (length === 0) return NO;
  const end = from + length;
  for (let at = from; at < end; at++) {
    if (at === view.length) return more(at + 1);
    if (!isNameByte(view[at]!)) return NO;
  }
  return match({ method: latin1(view.subarray(from, end)) });
}

/** A letter, a digit, `$`, `-`, `.`, `/`, `:`, `_`. */
function isNameByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x2d && byte <= 0x3a) || byte === 0x5f || byte === 0x24;
}
