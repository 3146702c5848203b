/**
 * Fluentd's forward protocol, by the first event.
 *
 * `maxBytes` 264: a tag of 255 bytes, and what follows it.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { latin1 } from "../byte_reader.ts";
import { nameWord } from "./text_facts.ts";

/** Arrays of two to four parts (MessagePack). */
const MIN_ARRAY = 0x92;
const MAX_ARRAY = 0x94;
const STR8 = 0xd9;
const MAX_TAG_BYTES = 255;

/** Recognises a sender of Fluentd's forward protocol. */
export const fluentd: Detector = {
  name: "FLUENTD",
  summary: "Fluentd's forward protocol, by the first event",
  maxBytes: 3 + MAX_TAG_BYTES + 12,
  rules: { TAG: nameWord("tag", "app.*") },
  docs: {
    firstBytes:
      "an array of MessagePack, `92` to `94`; the tag: `a1` to `bf` or `d9` and a length, and text; then an array of entries, bytes with entries, or the time (`ce`, `cf`, `d3`, `d7 00`, `c7 08 00`) and a map",
    facts: { tag: "the tag of the first event, as sent" },
    source: [
      {
        text: "Fluentd, Forward Protocol Specification v1",
        url:
          "https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1",
      },
    ],
    stance: [
      "Strict: the number of elements, a tag of letters, digits and `. _ - : / *`, and the type of the next element. Other MessagePack protocols have a number in place of the tag.",
      "If server and client share a key, the server sends first: `SILENT`.",
    ],
  },
  detect(view) {
    const parts = view[0];
    if (parts === undefined) return more(1);
    if (parts < MIN_ARRAY || parts > MAX_ARRAY) return NO;
    if (view.length < 2) return more(2);
    const kind = view[1]!;
    if (kind === STR8 && view.length < 3) return more(3);
    const isShort = kind > 0xa0 && kind <= 0xbf;
    if (!isShort && kind !== STR8) return NO;
    const from = isShort ? 2 : 3;
    const end = from + (isShort ? kind & 0x1f : view[2]!);
    if (end === from) return NO;
    for (let at = from; at < end; at++) {
      if (at === view.length) return more(at + 1);
      if (!isTagByte(view[at]!)) return NO;
    }
    return detectBehindTag(view, from, end);
  },
};

/** Looks at the entries, or at the time and the record. */
function detectBehindTag(view: Uint8Array, from: number, end: number): Verdict {
  const kind = view[end];
  if (kind === undefined) return more(end + 1);
  const parts = view[0]! & 0x0f;
  if (!isEntries(kind)) {
    const timeBytes = timeLength(view, end);
    if (timeBytes === 0 || parts === 2) return NO;
    const recordAt = end + timeBytes;
    if (view.length <= recordAt) return more(recordAt + 1);
    if (!isMap(view[recordAt]!)) return NO;
  } else if (parts === 4) return NO;
  return match({ tag: latin1(view.subarray(from, end)) });
}

/** An array, or bytes that hold the entries (also as text, in old clients). */
function isEntries(kind: number): boolean {
  return (kind >= 0x90 && kind <= 0x9f) || kind === 0xdc || kind === 0xdd ||
    (kind >= 0xc4 && kind <= 0xc6) || (kind >= 0xd9 && kind <= 0xdb);
}

/** Bytes of a time in seconds or with nanoseconds; 0: it is none. */
function timeLength(view: Uint8Array, at: number): number {
  switch (view[at]) {
    case 0xce:
    case 0xd2:
      return 5;
    case 0xcf:
    case 0xd3:
    case 0xcb:
      return 9;
    case 0xd7:
      return view[at + 1] === undefined || view[at + 1] === 0 ? 10 : 0;
    case 0xc7:
      return view[at + 1] === undefined || view[at + 1] === 8 ? 11 : 0;
    default:
      return 0;
  }
}

function isMap(kind: number): boolean {
  return (kind >= 0x80 && kind <= 0x8f) || kind === 0xde || kind === 0xdf;
}

/** A letter, a digit, `*`, `-`, `.`, `/`, `:`, `_`. */
function isTagByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x2d && byte <= 0x3a) || byte === 0x5f || byte === 0x2a;
}
