/**
 * SMPP (text messages), by the request to bind.
 *
 * `maxBytes` 98: the longest request.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { be32 } from "../expect.ts";
import { matchTexts, nameWord } from "./text_facts.ts";

/** Length of four empty texts to the longest, kind, status 0, number. */
const FORM = new ByteForm("000000 17-62 000000 01-09 00000000 ........");
/** Receiver, transmitter, transceiver. */
const KINDS = [1, 2, 9];
const KIND_AT = 7;
/** Most bytes of name, password and system type, each with its NUL. */
const TEXT_BYTES = [16, 9, 13];
const MAX_RANGE_BYTES = 41;
const NUMBERS = 3;
const MAX_BYTES = FORM.length + 16 + 9 + 13 + NUMBERS + MAX_RANGE_BYTES;

/** Recognises a client of a text message centre. */
export const smpp: Detector = {
  name: "SMPP",
  summary: "SMPP (text messages), by the request to bind",
  maxBytes: MAX_BYTES,
  rules: { SYSTEM: nameWord("system_id", "acme") },
  docs: {
    firstBytes:
      "BE32 length, BE32 1, 2 or 9 (bind), BE32 status 0, BE32 number; name, password and kind of system, each with `00`; version, two numbers, range of addresses with `00`",
    facts: {
      system_id: "the name of the system that binds; absent where it is empty",
    },
    source: [
      {
        text: "SMPP 3.4 §4.1",
        url: "https://smpp.org/SMPP_v3_4_Issue1_2.pdf",
      },
    ],
    stance: [
      "Strict: the fields fill the message. Kafka has an api version in place of the type, and a client id that does not fill the rest.",
    ],
  },
  detect(view, state) {
    const form = FORM.check(view);
    if (form !== null) return form;
    const end = be32(view, 0);
    if (!KINDS.includes(view[KIND_AT]!)) return NO;
    let at = FORM.length;
    for (let i = 0; i < TEXT_BYTES.length; i++) {
      const textEnd = findNul(view, at, TEXT_BYTES[i]!);
      if (textEnd < 0) return NO;
      if (textEnd === view.length) return more(textEnd + 1);
      at = textEnd + 1;
    }
    const rangeAt = at + NUMBERS;
    if (rangeAt >= view.length) return more(view.length + 1);
    const rangeEnd = findNul(view, rangeAt, MAX_RANGE_BYTES);
    if (rangeEnd < 0) return NO;
    if (rangeEnd === view.length) return more(rangeEnd + 1);
    if (rangeEnd + 1 !== end) return NO;
    const nul = view.indexOf(0, FORM.length);
    const name = latin1(view.subarray(FORM.length, nul));
    return matchTexts({ system_id: name }, state);
  },
};

/** Where a text has its NUL; the view's end: not there yet; -1: nowhere. */
function findNul(view: Uint8Array, from: number, most: number): number {
  for (let at = from; at < from + most; at++) {
    const byte = view[at];
    if (byte === undefined) return view.length;
    if (byte === 0) return at;
    if (byte < 0x20 || byte > 0x7e) return -1;
  }
  return -1;
}
