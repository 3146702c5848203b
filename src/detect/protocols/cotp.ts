/**
 * ISO transport over TCP (RFC 1006), by the connection request: S7, MMS and
 * others that are no RDP.
 *
 * `maxBytes` 259: the X.224 length has a byte.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import { ByteForm } from "../byte_form.ts";
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16 } from "../expect.ts";
import type { Draft } from "../learnt.ts";
import { nameWord } from "./text_facts.ts";

const FORM = new ByteForm("0300 00-01.. .. e0 0000 .... 00 c0-c2");
const VARIABLE_START = 11;
const MAX_BYTES = 5 + 254;
const CALLING = 0xc1;
const CALLED = 0xc2;

/** Recognises a client of ISO transport that is no RDP client. */
export const cotp: Detector = {
  name: "COTP",
  summary: "ISO transport over TCP (S7, MMS), by the connection request",
  maxBytes: MAX_BYTES,
  rules: {
    TSAP: nameWord("called", "0x0102"),
    CALLING: nameWord("calling", "0x0100"),
  },
  docs: {
    firstBytes:
      "TPKT `03 00`, BE16 length; X.224 length (that one less 5), `e0 00 00`, 2 bytes of source, `00` (class 0); parameters, of which the first is `c0` (size), `c1` (calling) or `c2` (called), each with its length",
    facts: {
      called:
        "the transport selector (TSAP) of the server: a printable text as sent (`SIMATIC-ROOT-HMI`), else `0x` and hexadecimal digits; of a Siemens controller `0x`, the kind of connection, and 32 times the rack and the slot: `0x0102`",
      calling: "the client's selector, in the same form",
    },
    source: [
      rfc(1006, "6"),
      {
        text: "ITU-T X.224 §13.3",
        url: "https://www.itu.int/rec/T-REC-X.224",
      },
    ],
    stance: [
      "Strict: the parameters fill the request. RDP has a text or `01` in place of the first parameter.",
      "S7 and MMS start with the same request and differ only after the server's reply; only the selector can distinguish them.",
    ],
  },
  detect(view) {
    const form = FORM.check(view);
    if (form !== null) return form;
    const end = be16(view, 2);
    if (end > MAX_BYTES || view[4] !== end - 5) return NO;
    return view.length < end ? more(end) : readParameters(view, end);
  },
};

function readParameters(view: Uint8Array, end: number): Verdict {
  const facts: Draft = {};
  let at = VARIABLE_START;
  while (at + 2 <= end && view[at]! >= 0x80) {
    const code = view[at];
    const start = at + 2;
    at = start + view[at + 1]!;
    if (at > end) return NO;
    if (code === CALLING) facts["calling"] = selector(view.subarray(start, at));
    if (code === CALLED) facts["called"] = selector(view.subarray(start, at));
  }
  return at === end ? match(facts) : NO;
}

/** A selector as text, so that no two are spelled alike. */
function selector(bytes: Uint8Array): string {
  const text = latin1(bytes);
  return /^(?!0x)[\x21-\x7e]+$/.test(text) ? text : `0x${bytes.toHex()}`;
}
