/**
 * The API of MikroTik's RouterOS, by the sentence that logs in.
 *
 * `maxBytes` 1024: a sentence of usual length.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { expectBytes } from "../expect.ts";
import { utf8 } from "./client_text.ts";
import { matchTexts, nameWord } from "./text_facts.ts";

const LOGIN = ascii("\x06/login");
const MAX_BYTES = 1024;
const EQUALS = 0x3d;
const DOT = 0x2e;
const NAME = "=name=";

/** Recognises a client of RouterOS' API. */
export const routeros: Detector = {
  name: "ROUTEROS",
  summary: "RouterOS' API (MikroTik), by the sentence that logs in",
  maxBytes: MAX_BYTES,
  rules: { USER: nameWord("user", "admin") },
  docs: {
    firstBytes:
      "`06` `/login`, words with their length, each `=` name `=` value, `00`",
    facts: {
      user:
        "the user, as sent; absent before RouterOS 6.43, where the client asks for a challenge first",
    },
    source: [
      {
        text: "RouterOS documentation, API",
        url: "https://help.mikrotik.com/docs/spaces/ROS/pages/47579160/API",
      },
    ],
    stance: [
      "Strict: a complete sentence with words of less than 128 bytes. A first sentence other than the login is not matched; servers refuse it.",
    ],
  },
  detect(view, state) {
    const start = expectBytes(view, 0, LOGIN);
    if (start !== null) return start;
    let user: string | undefined;
    let at = LOGIN.length;
    while (at < view.length && at < MAX_BYTES) {
      const length = view[at]!;
      if (length === 0) return matchTexts({ user }, state);
      if (length >= 0x80) return NO;
      const end = at + 1 + length;
      if (at + 1 < view.length && !isWordStart(view[at + 1]!)) return NO;
      if (view.length < end) return more(end);
      const word = utf8(view.subarray(at + 1, end), MAX_BYTES);
      if (word.startsWith(NAME)) user = word.slice(NAME.length);
      at = end;
    }
    return at < MAX_BYTES ? more(view.length + 1) : NO;
  },
};

/** An attribute, or one of the API's own, such as `.tag`. */
function isWordStart(byte: number): boolean {
  return byte === EQUALS || byte === DOT;
}
