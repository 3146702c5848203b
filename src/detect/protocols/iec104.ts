/**
 * IEC 60870-5-104, by the control station's first frame.
 *
 * `maxBytes` 6: the frame.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";

const FRAME_BYTES = 6;
const STARTDT_ACT = 0x07;
const TESTFR_ACT = 0x43;

/** Recognises a control station of IEC 60870-5-104. */
export const iec104: Detector = {
  name: "IEC104",
  summary: "IEC 60870-5-104, by the frame that starts data transfer",
  maxBytes: FRAME_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "`68 04 07 00 00 00`: STARTDT act, which precedes all data; or TESTFR act (`43` for `07`), which can precede it",
    facts: {},
    source: [{ text: "IEC 60870-5-104 §5.1, §5.3" }],
    stance: ["Strict: 6 fixed bytes."],
  },
  detect(view) {
    for (let at = 0; at < FRAME_BYTES; at++) {
      if (at === view.length) return more(at + 1);
      if (!isFrameByte(view[at]!, at)) return NO;
    }
    return match({});
  },
};

function isFrameByte(byte: number, at: number): boolean {
  if (at === 0) return byte === 0x68;
  if (at === 1) return byte === 4;
  if (at === 2) return byte === STARTDT_ACT || byte === TESTFR_ACT;
  return byte === 0;
}
