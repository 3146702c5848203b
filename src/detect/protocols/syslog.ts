/**
 * Syslog over TCP, by the priority of the first message.
 *
 * `maxBytes` 12: a count, a space and the priority.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";

const MAX_COUNT_DIGITS = 6;
const MAX_PRIORITY_DIGITS = 3;
const MAX_PRIORITY = 191;
const SP = 0x20;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;

/** Recognises a sender of syslog messages. */
export const syslog: Detector = {
  name: "SYSLOG",
  summary: "Syslog over TCP, by the priority of the first message",
  maxBytes: MAX_COUNT_DIGITS + MAX_PRIORITY_DIGITS + 3,
  rules: {},
  docs: {
    firstBytes:
      "`<`, priority of 0 to 191, `>` and the message; optionally after its length in decimal and SP",
    facts: {},
    source: [rfc(5424, "6.2.1"), rfc(3164, "4.1.1"), rfc(6587, "3.4.1")],
    stance: [
      "Strict. XML also starts with `<`, but no tag starts with a digit. A length starts with 1 to 9, which excludes tinc (`0`).",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    if (view[0] === LESS_THAN) return detectPriority(view, 1);
    const countEnd = skipNumber(view, 0, MAX_COUNT_DIGITS);
    if (countEnd === 0 || view[0] === 0x30) return NO;
    if (countEnd === view.length) return more(countEnd + 1);
    if (view[countEnd] !== SP) return NO;
    if (countEnd + 1 === view.length) return more(countEnd + 2);
    return view[countEnd + 1] === LESS_THAN
      ? detectPriority(view, countEnd + 2)
      : NO;
  },
};

/** Looks at the priority behind `<`, and the `>`. */
function detectPriority(view: Uint8Array, start: number): Verdict {
  const end = skipNumber(view, start, MAX_PRIORITY_DIGITS);
  if (end === view.length) return more(end + 1);
  if (end === start || view[end] !== GREATER_THAN) return NO;
  if (view[start] === 0x30 && end > start + 1) return NO;
  let priority = 0;
  for (let at = start; at < end; at++) {
    priority = priority * 10 + view[at]! - 0x30;
  }
  return priority <= MAX_PRIORITY ? match({}) : NO;
}

/** The place behind the digits; at most so many are passed over. */
function skipNumber(view: Uint8Array, start: number, most: number): number {
  let at = start;
  while (at < start + most && view[at]! >= 0x30 && view[at]! <= 0x39) at++;
  return at;
}
