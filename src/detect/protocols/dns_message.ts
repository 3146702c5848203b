/**
 * Questions and records of a DNS message (RFC 1035 §4.1).
 *
 * All places are those of the view, in which the message begins at byte 2.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import { be16 } from "../expect.ts";

const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;
const POINTER = 0xc0;
const LENGTH_BYTES = 2;

/** IN, CH, HS, NONE, ANY; the highest bit is a flag of mDNS. */
const CLASSES = new Set([1, 3, 4, 254, 255]);

/** Types that have a name here; others are `TYPE` and the number (RFC 3597). */
const TYPES: Readonly<Record<number, string>> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  6: "SOA",
  12: "PTR",
  13: "HINFO",
  15: "MX",
  16: "TXT",
  24: "SIG",
  28: "AAAA",
  33: "SRV",
  35: "NAPTR",
  43: "DS",
  46: "RRSIG",
  48: "DNSKEY",
  52: "TLSA",
  64: "SVCB",
  65: "HTTPS",
  249: "TKEY",
  251: "IXFR",
  252: "AXFR",
  255: "ANY",
  257: "CAA",
};

/** What a type may be called: a name of those above, or `TYPE` and a number. */
export const TYPE_PATTERN = new RegExp(
  `^(?:${Object.values(TYPES).join("|")}|TYPE[1-9]\\d{0,4})$`,
);

/** A question: where it ends, and what it asks. */
export interface Question {
  /** The place behind it; behind the view: it goes on; -1: it is none. */
  readonly end: number;
  /** The name, in lower case, without the last dot; the root is `.`. */
  name(): string;
  /** The type: `A`, `TYPE1234`. */
  type(): string;
}

/** Reads a question. */
export function readQuestion(view: Uint8Array, from: number): Question {
  const nameEnd = skipLabels(view, from);
  return {
    end: nameEnd < 0 ? -1 : checkTypeAndClass(view, nameEnd),
    name: () => nameText(view, from, nameEnd),
    type: () => {
      const type = be16(view, nameEnd);
      return TYPES[type] ?? `TYPE${type}`;
    },
  };
}

function checkTypeAndClass(view: Uint8Array, at: number): number {
  const end = at + 4;
  if (end > view.length) return view.length + 1;
  return be16(view, at) !== 0 && CLASSES.has(be16(view, at + 2) & 0x7fff)
    ? end
    : -1;
}

/**
 * Passes over records.
 *
 * @returns The place behind them; behind the view: they go on; -1: one is none.
 */
export function skipRecords(
  view: Uint8Array,
  from: number,
  count: number,
): number {
  let at = from;
  for (let i = 0; i < count; i++) {
    at = skipName(view, at);
    if (at < 0) return -1;
    // Type, class, time to live and the length of the data.
    const data = at + 10;
    if (data > view.length) return view.length + 1;
    at = data + be16(view, data - 2);
    if (at > view.length) return view.length + 1;
  }
  return at;
}

/** The place behind a name that may end in a pointer to an earlier one. */
function skipName(view: Uint8Array, from: number): number {
  for (let at = from; at < view.length;) {
    const length = view[at]!;
    if (length === 0) return at + 1;
    if (length >= POINTER) {
      if (at + 1 >= view.length) break;
      const target = be16(view, at) & 0x3fff;
      return target + LENGTH_BYTES < at ? at + 2 : -1;
    }
    if (length > MAX_LABEL_BYTES || at - from > MAX_NAME_BYTES) return -1;
    at += 1 + length;
  }
  return view.length + 1;
}

/** The place behind a name without pointers. */
function skipLabels(view: Uint8Array, from: number): number {
  for (let at = from; at < view.length;) {
    const length = view[at]!;
    if (length > MAX_LABEL_BYTES) return -1;
    at += 1 + length;
    if (at - from > MAX_NAME_BYTES) return -1;
    if (length === 0) return at;
  }
  return view.length + 1;
}

function nameText(view: Uint8Array, from: number, end: number): string {
  const labels: string[] = [];
  for (let at = from; at < end - 1;) {
    const next = at + 1 + view[at]!;
    labels.push(latin1(view.subarray(at + 1, next)).replace(/[^\w-]/g, escape));
    at = next;
  }
  return labels.length === 0 ? "." : labels.join(".").toLowerCase();
}

/** A byte as in zone files: `\` and three digits (RFC 1035 §5.1). */
function escape(character: string): string {
  return "\\" + String(character.charCodeAt(0)).padStart(3, "0");
}
