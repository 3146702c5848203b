/**
 * Guacamole's protocol between its web application and guacd, by the first
 * instruction.
 *
 * `maxBytes` 300: a name of 255 letters.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { expectBytes } from "../expect.ts";
import { utf8 } from "./client_text.ts";
import { matchTexts, nameWord } from "./text_facts.ts";

const SELECT = ascii("6.select,");
const MAX_DIGITS = 3;
const MAX_NAME_BYTES = 255;
const DOT = 0x2e;
const SEMICOLON = 0x3b;

/** Recognises a client of guacd. */
export const guacamole: Detector = {
  name: "GUACAMOLE",
  summary: "Guacamole (guacd), by the instruction that selects a protocol",
  maxBytes: SELECT.length + MAX_DIGITS + MAX_NAME_BYTES + 2,
  rules: { SELECT: nameWord("select", "rdp") },
  docs: {
    firstBytes: "`6.select,`, a length in digits, `.`, a name, `;`",
    facts: {
      select:
        "the protocol that is asked for, such as `rdp`, `vnc` or `ssh`; or the id of a connection to join, which begins with `$`",
    },
    source: [
      {
        text: "Guacamole manual, Protocol reference",
        url: "https://guacamole.apache.org/doc/gug/protocol-reference.html",
      },
    ],
    stance: ["Strict: a name of the given length, in ASCII."],
  },
  detect(view, state) {
    const start = expectBytes(view, 0, SELECT);
    if (start !== null) return start;
    let at = SELECT.length;
    let length = 0;
    while (view[at]! >= 0x30 && view[at]! <= 0x39) {
      length = length * 10 + view[at]! - 0x30;
      at++;
      if (at > SELECT.length + MAX_DIGITS) return NO;
    }
    if (at === view.length) return more(at + 1);
    if (view[at] !== DOT || length === 0 || length > MAX_NAME_BYTES) return NO;
    const end = at + 1 + length;
    for (let i = at + 1; i < end; i++) {
      if (i === view.length) return more(i + 1);
      if (view[i]! < 0x20 || view[i]! > 0x7e) return NO;
    }
    if (view.length === end) return more(end + 1);
    if (view[end] !== SEMICOLON) return NO;
    const select = utf8(view.subarray(at + 1, end), MAX_NAME_BYTES);
    return matchTexts({ select }, state);
  },
};
