/**
 * HL7 version 2 in MLLP, by the header of the first message.
 *
 * `maxBytes` 2048: a header segment.
 *
 * @module
 */
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { NO_WORD, WordList } from "../word_list.ts";
import { utf8 } from "./client_text.ts";
import { matchTexts, nameWord } from "./text_facts.ts";

const MAX_SEGMENT_BYTES = 2048;
const START = 0x0b;
const CR = 0x0d;
/** What a message, a file and a batch begin with; their fields are alike. */
const SEGMENTS = new WordList(["MSH", "FHS", "BHS"], { ignoreCase: false });
const SEPARATOR_AT = 4;
const ENCODING_AT = 5;
const MIN_ENCODING_BYTES = 3;
const MAX_ENCODING_BYTES = 5;

/** Recognises a sender of HL7 messages. */
export const hl7: Detector = {
  name: "HL7",
  summary: "HL7 version 2 (MLLP), by the header of the first message",
  maxBytes: MAX_SEGMENT_BYTES,
  rules: {
    SENDER: nameWord("sender", "LAB"),
    RECEIVER: nameWord("receiver", "EHR"),
    FACILITY: nameWord("facility", "WARD7"),
    MESSAGE: nameWord("message", "ORU*"),
  },
  docs: {
    firstBytes:
      "`0b`, `MSH` (also `FHS`, `BHS`), the separator, 3 to 5 characters of encoding, the separator, fields, CR",
    facts: {
      sender: "the sending application (MSH-3), as sent",
      receiver: "the receiving application (MSH-5), as sent",
      facility: "the receiving facility (MSH-6), as sent",
      message: "the type of the message (MSH-9), as sent: `ADT^A01`",
    },
    source: [
      {
        text: "HL7, Transport Specification: MLLP, Release 1",
        url:
          "https://www.hl7.org/documentcenter/public/wg/inm/mllp_transport_specification.PDF",
      },
      { text: "HL7 version 2.5.1 §2.15.9" },
    ],
    stance: [
      "Strict: the start of the block, and a header segment of printable characters with its line end.",
      "What the characters of encoding make of a field is not undone: `EHR^1.2.3^ISO` is compared as it is.",
    ],
  },
  detect(view, state) {
    if (view.length === 0) return more(1);
    if (view[0] !== START) return NO;
    const segmentEnd = Math.min(SEPARATOR_AT, view.length);
    if (SEGMENTS.find(view, 1, segmentEnd) === NO_WORD) return NO;
    if (view.length <= SEPARATOR_AT) return more(view.length + 1);
    const separator = view[SEPARATOR_AT]!;
    if (!isSeparator(separator)) return NO;
    let encodingEnd = 0;
    for (let at = ENCODING_AT; at < view.length; at++) {
      const byte = view[at]!;
      if (encodingEnd === 0 && byte === separator) {
        encodingEnd = at;
        if (at < ENCODING_AT + MIN_ENCODING_BYTES) return NO;
      }
      if (encodingEnd === 0 && at >= ENCODING_AT + MAX_ENCODING_BYTES) {
        return NO;
      }
      if (byte === CR && encodingEnd > 0) {
        return readFields(view.subarray(encodingEnd, at), separator, state);
      }
      if (byte < 0x20 || byte === 0x7f || at >= MAX_SEGMENT_BYTES) return NO;
    }
    return more(view.length + 1);
  },
};

/** Whether it is printable, and no letter or digit. */
function isSeparator(byte: number): boolean {
  return (byte > 0x20 && byte < 0x30) || (byte > 0x39 && byte < 0x41) ||
    (byte > 0x5a && byte < 0x61) || (byte > 0x7a && byte < 0x7f);
}

/** Reads fields 3 and up. */
function readFields(
  fields: Uint8Array,
  separator: number,
  state: DetectState,
): Verdict {
  const [, sender, , receiver, facility, , , message] = utf8(
    fields,
    MAX_SEGMENT_BYTES,
  ).split(String.fromCharCode(separator));
  return matchTexts({ sender, receiver, facility, message }, state);
}
