/**
 * Lumberjack (Beats and Logstash), by the first frames.
 *
 * `maxBytes` 8: the window, and the start of the frame behind it.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, NO } from "../detector.ts";
import { be32 } from "../expect.ts";

/** Version, `W`, size; version, kind. */
const FORM = new ByteForm("31-32 57 0000.... 31-32 43-4a");
const WINDOW_AT = 2;
const NEXT_AT = 6;
/** `C` (compressed), `D` (data), `J` (JSON). */
const KINDS = [0x43, 0x44, 0x4a];

/** Recognises a sender of Lumberjack's frames. */
export const lumberjack: Detector = {
  name: "LUMBERJACK",
  summary: "Lumberjack (Beats, Logstash), by the first frames",
  maxBytes: FORM.length,
  rules: {},
  docs: {
    firstBytes:
      "`1W` or `2W`, BE32 window of 1 to 65535, the same version, `C`, `D` or `J`",
    facts: { version: "`1` or `2`" },
    source: [
      {
        text: "Elastic, The Lumberjack Protocol",
        url:
          "https://github.com/elastic/logstash-forwarder/blob/master/PROTOCOL.md",
      },
    ],
    stance: [
      "Strict: the start of both frames. A length before a syslog message continues with a digit or a space.",
    ],
  },
  detect(view) {
    const form = FORM.check(view);
    if (form !== null) return form;
    if (be32(view, WINDOW_AT) === 0 || view[NEXT_AT] !== view[0]) return NO;
    return KINDS.includes(view[NEXT_AT + 1]!)
      ? match({ version: String(view[0]! - 0x30) })
      : NO;
  },
};
