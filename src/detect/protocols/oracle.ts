/**
 * Oracle Database (TNS), by the CONNECT packet.
 *
 * `maxBytes` 512: up to the first letter of the connect data.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16 } from "../expect.ts";

const CONNECT = 1;
const MIN_PACKET_BYTES = 34;
const MAX_PACKET_BYTES = 1023;
const MAX_OFFSET = 511;
const FIRST_VERSION = 300;
const LAST_VERSION = 350;
const DATA_LENGTH_AT = 24;
const OFFSET_END = 28;
const PARENTHESIS = 0x28;

/** Recognises a client of an Oracle database. */
export const oracle: Detector = {
  name: "ORACLE",
  summary: "Oracle Database (TNS), by the CONNECT packet",
  maxBytes: MAX_OFFSET + 1,
  rules: {},
  docs: {
    firstBytes:
      "BE16 length of 34 to 1023, `00 00`, `01`, flags, `00 00`, BE16 version, BE16 lowest compatible version, 12 bytes of options, BE16 length and BE16 offset of the connect data, which starts with `(DESCRIPTION=`, in this packet or, if it is long, in the next",
    facts: {},
    source: [
      {
        text: "python-oracledb, `connect.pyx`",
        url:
          "https://github.com/oracle/python-oracledb/blob/main/src/oracledb/impl/thin/messages/connect.pyx",
      },
    ],
    stance: [
      "Strict: versions, lengths and the first letter. DNS over TCP starts with similar bytes, but its number of questions is at a place that is 0 here. PPTP has 1 at byte 3.",
      "A packet of 1024 bytes or more is not matched, so that a SOCKS greeting (`05 01 00`) is excluded at its first byte.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    if (view[0]! > MAX_PACKET_BYTES >> 8) return NO;
    if (view.length < 2) return more(2);
    const length = be16(view, 0);
    if (length < MIN_PACKET_BYTES || length > MAX_PACKET_BYTES) return NO;
    for (let at = 2; at < 8; at++) {
      if (at === view.length) return more(at + 1);
      // Byte 5: flags.
      if (at !== 5 && view[at] !== (at === 4 ? CONNECT : 0)) return NO;
    }
    if (view.length < 10) return more(10);
    const version = be16(view, 8);
    if (version < FIRST_VERSION || version > LAST_VERSION) return NO;
    if (view.length < 12) return more(12);
    if (be16(view, 10) > version) return NO;
    if (view.length < OFFSET_END) return more(OFFSET_END);
    const dataLength = be16(view, DATA_LENGTH_AT);
    const offset = be16(view, DATA_LENGTH_AT + 2);
    if (offset < MIN_PACKET_BYTES || offset > MAX_OFFSET) return NO;
    if (offset === length && dataLength > 0) return match({});
    if (offset + dataLength !== length || dataLength === 0) return NO;
    if (view.length <= offset) return more(offset + 1);
    return view[offset] === PARENTHESIS ? match({}) : NO;
  },
};
