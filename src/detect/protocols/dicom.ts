/**
 * DICOM, by the request for an association.
 *
 * `maxBytes` 76: up to the first item.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { NO } from "../detector.ts";
import { be32 } from "../expect.ts";
import { utf8 } from "./client_text.ts";
import { matchTexts, nameWord } from "./text_facts.ts";

const TITLE = "20-7e".repeat(16);
/** Type, length, version 1, both titles, 32 bytes, the application context. */
const FORM = new ByteForm(
  `0100 0000.... 00 01 0000 ${TITLE} ${TITLE} ${"..".repeat(32)} 10 00`,
);
const LENGTH_AT = 2;
const CALLED_AT = 10;
const CALLING_AT = 26;
const TITLE_BYTES = 16;
const MIN_LENGTH = 72;

/** Recognises a DICOM client. */
export const dicom: Detector = {
  name: "DICOM",
  summary: "DICOM, by the request for an association",
  maxBytes: FORM.length,
  rules: {
    CALLED: nameWord("called", "ARCHIVE"),
    CALLING: nameWord("calling", "CT1"),
  },
  docs: {
    firstBytes:
      "`01 00`, BE32 length, `00 01` (version), `00 00`, the titles called and calling of 16 characters each, 32 bytes, `10 00`",
    facts: {
      called:
        "the title of the application that is called (called AE title), without spaces around it",
      calling: "that of the caller",
    },
    source: [
      {
        text: "DICOM PS3.8 §9.3.2",
        url:
          "https://dicom.nema.org/medical/dicom/current/output/chtml/part08/sect_9.3.2.html",
      },
    ],
    stance: [
      "Strict: everything up to the first item. A Modbus request with transaction `01 00` has another length and no titles.",
    ],
  },
  detect(view, state) {
    const form = FORM.check(view);
    if (form !== null) return form;
    if (be32(view, LENGTH_AT) < MIN_LENGTH) return NO;
    return matchTexts(
      { called: title(view, CALLED_AT), calling: title(view, CALLING_AT) },
      state,
    );
  },
};

function title(view: Uint8Array, at: number): string {
  return utf8(view.subarray(at, at + TITLE_BYTES), TITLE_BYTES).trim();
}
