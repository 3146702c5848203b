/**
 * ADS (Beckhoff's TwinCAT), by the header of the first request.
 *
 * `maxBytes` 38: the headers of TCP and AMS.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, NO } from "../detector.ts";
import { le16, le32 } from "../expect.ts";
import { textWord } from "../rule_grammar.ts";

/**
 * Reserved, length; target and source, each six bytes of id and a port; command,
 * flags (a request), length, error 0, id.
 */
const FORM = new ByteForm(
  `0000 ......00 ............ .... ............ ....
  01-09 00 0400 ......00 00000000 ........`,
);
const LENGTH_AT = 2;
const TARGET_AT = 6;
const PORT_AT = 12;
const DATA_LENGTH_AT = 26;
const TCP_HEADER_BYTES = 6;
const MIN_LENGTH = FORM.length - TCP_HEADER_BYTES;

/** Recognises an ADS client. */
export const ads: Detector = {
  name: "ADS",
  summary: "ADS (Beckhoff TwinCAT), by the header of the first request",
  maxBytes: FORM.length,
  rules: {
    NETID: textWord("net_id", {
      pattern: /^\d{1,3}(?:\.\d{1,3}){5}$/,
      expected: 'an AMS net id such as "5.13.117.96.1.1"',
    }, { example: "5.13.117.96.1.1", exact: true }),
    AMSPORT: textWord("port", {
      pattern: /^\d{1,5}$/,
      expected: 'an AMS port such as "851"',
    }, { example: "851", exact: true }),
  },
  docs: {
    firstBytes:
      "`00 00`, LE32 length, 6 bytes of net id and LE16 port of the target, those of the source, LE16 command of 1 to 9, LE16 flags `04 00`, LE32 length of the data, LE32 error 0, LE32 id",
    facts: {
      net_id: "the net id of the target: `5.13.117.96.1.1`",
      port: "the AMS port of the target: `851`",
    },
    source: [
      {
        text: "Beckhoff Information System, AMS/TCP and AMS Header",
        url:
          "https://infosys.beckhoff.com/content/1033/tc3_ads_intro/115847307.html",
      },
    ],
    stance: [
      "Strict: both lengths agree. Requests to the router on the same port, which add routes, are not matched.",
    ],
  },
  detect(view) {
    const form = isShort(view) ? NO : FORM.check(view);
    if (form !== null) return form;
    const length = le32(view, LENGTH_AT);
    const data = le32(view, DATA_LENGTH_AT);
    if (length !== MIN_LENGTH + data) return NO;
    return match({
      net_id: view.subarray(TARGET_AT, PORT_AT).join("."),
      port: String(le16(view, PORT_AT)),
    });
  },
};

/** Whether the length is there, and leaves no room for a header. */
function isShort(view: Uint8Array): boolean {
  return view.length >= TARGET_AT && view[LENGTH_AT]! < MIN_LENGTH &&
    view[LENGTH_AT + 1] === 0 && view[LENGTH_AT + 2] === 0;
}
