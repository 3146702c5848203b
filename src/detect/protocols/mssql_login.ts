/**
 * The TDS logins of clients that send no PRELOGIN.
 *
 * Wire: LOGIN7 is LE32 length, LE32 TDS version (`70000000` to `74000004`), ...
 * (MS-TDS 2.2.6.4). The login of TDS 4.2 and 5.0 is a fixed record: four texts
 * of 30 bytes, each with its length behind it, then bytes that say how the
 * client keeps numbers (Sybase, TDS 5.0 Functional Specification, LOGINREC).
 *
 * @module
 */
import type { Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { le32 } from "../expect.ts";

const BODY = 8;
const LOGIN7_VERSION_END = BODY + 8;
const MIN_LOGIN7_BYTES = 86;
const MAX_LOGIN7_BYTES = 131072;
const MAX_TEXT_BYTES = 30;
/** Host, user, password, process: length byte behind each. */
const TEXTS_END = BODY + 4 * (MAX_TEXT_BYTES + 1);
const NUMBERS_END = TEXTS_END + 5;
const MIN_RECORD_BYTES = NUMBERS_END;

/** Looks at a LOGIN7 behind a checked header. */
export function detectLogin7(view: Uint8Array, length: number): Verdict {
  if (view.length < LOGIN7_VERSION_END) return more(LOGIN7_VERSION_END);
  const whole = le32(view, BODY);
  if (whole < MIN_LOGIN7_BYTES || whole > MAX_LOGIN7_BYTES) return NO;
  // A long one goes on in the next packet.
  if (view[1] === 1 ? length !== BODY + whole : length >= BODY + whole) {
    return NO;
  }
  const major = view[LOGIN7_VERSION_END - 1]!;
  return major >= 0x70 && major <= 0x74 ? match({}) : NO;
}

/** Looks at a login record behind a checked header. */
export function detectOldLogin(view: Uint8Array, length: number): Verdict {
  if (length < MIN_RECORD_BYTES) return NO;
  for (let end = BODY + MAX_TEXT_BYTES; end < TEXTS_END;) {
    if (view.length <= end) return more(end + 1);
    if (!isPadded(view, end)) return NO;
    end += MAX_TEXT_BYTES + 1;
  }
  if (view.length < NUMBERS_END) return more(NUMBERS_END);
  // 16 bits, 32 bits, characters, floats, dates: which end or form is first.
  const [int2, int4, char, , date] = view.subarray(TEXTS_END, NUMBERS_END);
  const isRecord = (int2 === 2 || int2 === 3) && int4! <= 1 &&
    (char === 6 || char === 7) && (date === 8 || date === 9);
  return isRecord ? match({}) : NO;
}

/** Whether a text is as long as the byte behind it says, then zeros. */
function isPadded(view: Uint8Array, end: number): boolean {
  const length = view[end]!;
  if (length > MAX_TEXT_BYTES) return false;
  for (let at = end - MAX_TEXT_BYTES + length; at < end; at++) {
    if (view[at] !== 0) return false;
  }
  return true;
}
