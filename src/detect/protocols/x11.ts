/**
 * X11, by the set-up of the connection.
 *
 * `maxBytes` 76: the head and the name of an authorization.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16, le16 } from "../expect.ts";

/** Order of bytes, version 11.0, lengths of name and data. */
const BIG = new ByteForm("42 00 000b 0000 00.. .... 0000");
const LITTLE = new ByteForm("6c 00 0b00 0000 ..00 .... 0000");
const BIG_END_FIRST = 0x42;
const NAME_LENGTH_AT = 6;
const DATA_LENGTH_AT = 8;
const MAX_NAME_BYTES = 64;
const MAX_DATA_BYTES = 1024;
const NO_NAME = match({});

/** Recognises an X11 client. */
export const x11: Detector = {
  name: "X11",
  summary: "X11 (X Window System), by the set-up of the connection",
  maxBytes: BIG.length + MAX_NAME_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "`42` (the big end first) or `6c` (the little), `00`, 16 bits of version 11 and 0, the lengths of an authorization's name and data, `00 00`, the name",
    facts: {
      authorization:
        "the name of the authorization, such as `MIT-MAGIC-COOKIE-1`; absent without one",
    },
    source: [
      {
        text: "X Window System Protocol §8",
        url: "https://www.x.org/releases/current/doc/xproto/x11protocol.html",
      },
    ],
    stance: ["Strict: the version is 11.0, and the name is printable ASCII."],
  },
  detect(view) {
    const isBig = view[0] === BIG_END_FIRST;
    const form = (isBig ? BIG : LITTLE).check(view);
    if (form !== null) return form;
    const length = isBig
      ? be16(view, NAME_LENGTH_AT)
      : le16(view, NAME_LENGTH_AT);
    const data = isBig
      ? be16(view, DATA_LENGTH_AT)
      : le16(view, DATA_LENGTH_AT);
    if (length > MAX_NAME_BYTES || data > MAX_DATA_BYTES) return NO;
    if (length === 0) return data === 0 ? NO_NAME : NO;
    const end = BIG.length + length;
    for (let at = BIG.length; at < end; at++) {
      if (at === view.length) return more(at + 1);
      if (view[at]! <= 0x20 || view[at]! > 0x7e) return NO;
    }
    return match({ authorization: latin1(view.subarray(BIG.length, end)) });
  },
};
