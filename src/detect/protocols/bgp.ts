/**
 * BGP, by the first message.
 *
 * Whoever speaks first on a connection sends OPEN; who turns it down may send
 * NOTIFICATION (`03`). An OPEN that a speaker must turn down is malformed, and so
 * is a message that may not come first (RFC 4271 §8.2.2).
 * Messages other than OPEN and KEEPALIVE may have up to 65535 bytes (RFC 8654).
 *
 * `maxBytes` 32: up to the length of long parameters.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16 } from "../expect.ts";

const MARKER_BYTES = 16;
const HEADER_BYTES = 19;
const OPEN_BYTES = 29;
const EXTENDED_BYTES = 32;
const MAX_OPEN_BYTES = 4096;
const OPEN = 1;
const NOTIFICATION = 3;
const VERSION = 4;
/** Fewest bytes of OPEN, UPDATE, NOTIFICATION, KEEPALIVE and ROUTE-REFRESH. */
const MIN_MESSAGE_BYTES = [OPEN_BYTES, 23, 21, HEADER_BYTES, 23];
const MAX_MESSAGE_BYTES = [MAX_OPEN_BYTES, 65535, 65535, HEADER_BYTES, 65535];

const MATCH = match({});
const NOT_OPEN = malformed("the first message is not OPEN");
const UNFILLED = malformed("the parameters do not end where the message does");

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
      "Strict: the marker, and the parameters must fill the message. Telnet also starts with `ff`, but never with two.",
    ],
  },
  detect(view) {
    for (let at = 0; at < MARKER_BYTES; at++) {
      if (at === view.length) return more(at + 1);
      if (view[at] !== 0xff) return NO;
    }
    if (view.length < HEADER_BYTES) return more(view.length + 1);
    const length = be16(view, MARKER_BYTES);
    const type = view[HEADER_BYTES - 1]!;
    const least = MIN_MESSAGE_BYTES[type - 1] ?? Infinity;
    if (length < least || length > MAX_MESSAGE_BYTES[type - 1]!) return NO;
    if (type === OPEN) return detectOpen(view, length);
    return type === NOTIFICATION ? MATCH : NOT_OPEN;
  },
};

/** Looks at an OPEN behind its header. */
function detectOpen(view: Uint8Array, length: number): Verdict {
  if (view.length === HEADER_BYTES) return more(HEADER_BYTES + 1);
  if (view[HEADER_BYTES] !== VERSION) {
    return malformed("the version is not 4");
  }
  if (view.length < OPEN_BYTES) return more(OPEN_BYTES);
  const holdTime = be16(view, 22);
  if (holdTime === 1 || holdTime === 2) {
    return malformed(`the hold time is ${holdTime} s`);
  }
  const parameters = view[OPEN_BYTES - 1]!;
  if (OPEN_BYTES + parameters === length) return MATCH;
  if (parameters !== 0xff || length < EXTENDED_BYTES) return UNFILLED;
  if (view.length < EXTENDED_BYTES) return more(EXTENDED_BYTES);
  const extended = be16(view, EXTENDED_BYTES - 2);
  const fills = view[OPEN_BYTES] === 0xff &&
    EXTENDED_BYTES + extended === length;
  return fills ? MATCH : UNFILLED;
}
