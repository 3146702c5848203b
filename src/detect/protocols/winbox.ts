/**
 * WinBox (MikroTik's RouterOS), by the first message of its login.
 *
 * `maxBytes` 257: a length has a byte.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";

const LOGIN = 0x06;
const HEADER_BYTES = 2;
/** NUL, public key, parity. */
const TAIL_BYTES = 34;

/** Recognises a WinBox client. */
export const winbox: Detector = {
  name: "WINBOX",
  summary: "WinBox (MikroTik RouterOS), by the first message of its login",
  maxBytes: HEADER_BYTES + 255,
  rules: {},
  docs: {
    firstBytes:
      "length, `06`, user, `00`, 32 bytes of public key, parity `00` or `01` (RouterOS 6.43 and later); `+r` after the user asks for RoMON",
    facts: {},
    source: [
      {
        text: 'Margin Research, "MikroTik Authentication Revealed"',
        url: "https://margin.re/2022/02/mikrotik-authentication-revealed/",
      },
    ],
    stance: [
      "Strict: the NUL is where the length says, after characters that a user name can have.",
      "User names of more than 220 characters, which are sent in two parts, are not matched.",
    ],
  },
  detect(view) {
    const length = view[0];
    if (length === undefined) return more(1);
    // 255 is the first of several pieces.
    if (length <= TAIL_BYTES || length === 0xff) return NO;
    if (view.length < HEADER_BYTES) return more(HEADER_BYTES);
    if (view[1] !== LOGIN) return NO;
    const userEnd = HEADER_BYTES + length - TAIL_BYTES;
    for (let at = HEADER_BYTES; at < userEnd; at++) {
      if (at === view.length) return more(at + 1);
      if (!isUserByte(view[at]!)) return NO;
    }
    if (view.length === userEnd) return more(userEnd + 1);
    if (view[userEnd] !== 0) return NO;
    const end = userEnd + TAIL_BYTES;
    if (view.length < end) return more(end);
    return view[end - 1]! <= 1 ? match({}) : NO;
  },
};

/** Letters, digits and `_ . # - @` (RouterOS manual, "User"); `+` of `+r`. */
function isUserByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x40 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) || byte === 0x5f || byte === 0x2e ||
    byte === 0x23 || byte === 0x2d || byte === 0x2b;
}
