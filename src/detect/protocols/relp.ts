/**
 * RELP (rsyslog), by the command that opens a session.
 *
 * `maxBytes` 32: up to the offers.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { expectBytes } from "../expect.ts";

/** The first one is 1. */
const MAX_TRANSACTION_DIGITS = 4;
const MAX_LENGTH_DIGITS = 5;
const OPEN = ascii(" open ");
const OFFER = ascii(" relp_version=");
const MATCH = match({});

/** Recognises a RELP client. */
export const relp: Detector = {
  name: "RELP",
  summary: "RELP (rsyslog), by the command that opens a session",
  maxBytes: MAX_TRANSACTION_DIGITS + OPEN.length + MAX_LENGTH_DIGITS +
    OFFER.length,
  rules: {},
  docs: {
    firstBytes:
      "number of the transaction, SP, `open`, SP, length, SP, `relp_version=`",
    facts: {},
    source: [
      {
        text: "Rainer Gerhards, RELP specification",
        url: "https://github.com/rsyslog/librelp/blob/master/doc/relp.html",
      },
    ],
    stance: [
      "Strict: the command and the first offer. Syslog with a length has `<` after the number, tinc starts with `0`.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    if (view[0] === 0x30) return NO;
    const numberEnd = skipDigits(view, 0, MAX_TRANSACTION_DIGITS);
    if (numberEnd === 0) return NO;
    const open = expectBytes(view, numberEnd, OPEN);
    if (open !== null) return open;
    const lengthAt = numberEnd + OPEN.length;
    const lengthEnd = skipDigits(view, lengthAt, MAX_LENGTH_DIGITS);
    if (lengthEnd === lengthAt) {
      return lengthAt === view.length ? more(lengthAt + 1) : NO;
    }
    return expectBytes(view, lengthEnd, OFFER) ?? MATCH;
  },
};

/** The place behind the digits; at most so many are passed over. */
function skipDigits(view: Uint8Array, start: number, most: number): number {
  let at = start;
  while (at < start + most && view[at]! >= 0x30 && view[at]! <= 0x39) at++;
  return at;
}
