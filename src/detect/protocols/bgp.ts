/**
 * BGP, by the OPEN message.
 *
 * Whoever speaks first on a connection sends OPEN.
 *
 * `maxBytes` 32: up to the length of long parameters.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16 } from "../expect.ts";

const MARKER_BYTES = 16;
const HEADER_END = 20;
const OPEN_BYTES = 29;
const EXTENDED_BYTES = 32;
const MAX_MESSAGE_BYTES = 4096;
const OPEN = 1;
const VERSION = 4;

/** Recognises a BGP speaker. */
export const bgp: Detector = {
  name: "BGP",
  summary: "BGP 4, by the OPEN message",
  maxBytes: EXTENDED_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "16 times `ff`, BE16 length of 29 to 4096, `01` (OPEN), `04` (version), BE16 AS, BE16 hold time (0, or 3 and more), BE32 identifier, length of the parameters, or `ff ff` and a BE16 length for long ones",
    facts: {},
    source: [rfc(4271, "4.1"), rfc(4271, "4.2"), rfc(9072)],
    stance: [
      "Strict; the marker, and the parameters fill the message. Telnet starts with `ff` too, never with two.",
    ],
  },
  detect(view) {
    for (let at = 0; at < MARKER_BYTES; at++) {
      if (at === view.length) return more(at + 1);
      if (view[at] !== 0xff) return NO;
    }
    if (view.length < HEADER_END) return more(view.length + 1);
    const length = be16(view, MARKER_BYTES);
    if (length < OPEN_BYTES || length > MAX_MESSAGE_BYTES) return NO;
    if (view[HEADER_END - 2] !== OPEN || view[HEADER_END - 1] !== VERSION) {
      return NO;
    }
    if (view.length < OPEN_BYTES) return more(OPEN_BYTES);
    const holdTime = be16(view, 22);
    if (holdTime === 1 || holdTime === 2) return NO;
    const parameters = view[OPEN_BYTES - 1]!;
    if (OPEN_BYTES + parameters === length) return match({});
    if (parameters !== 0xff) return NO;
    if (view.length < EXTENDED_BYTES) return more(EXTENDED_BYTES);
    const extended = be16(view, EXTENDED_BYTES - 2);
    const isExtended = view[OPEN_BYTES] === 0xff &&
      EXTENDED_BYTES + extended === length;
    return isExtended ? match({}) : NO;
  },
};
