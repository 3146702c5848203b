/**
 * OPC UA's binary protocol, by the Hello message.
 *
 * `maxBytes` 4128: a URL has 4096 bytes at most.
 *
 * @module
 */
import { readAuthority } from "../authority.ts";
import { latin1 } from "../byte_reader.ts";
import { ByteForm } from "../byte_form.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { le32 } from "../expect.ts";
import { certain } from "../learnt.ts";
import { hostWord } from "../rule_grammar.ts";
import { matchLearnt, readName } from "./text_facts.ts";

/** The type, the size, the version 0, four limits, the URL's length. */
const FORM = new ByteForm(
  "48454c46 ....0000 00000000 ........ ........ ........ ........ ........",
);
const SIZE_AT = 4;
const URL_LENGTH_AT = 28;
const MAX_URL_BYTES = 4096;
const NULL_TEXT = 0xffffffff;
const URL_PARTS = /^opc\.tcp:\/\/([^/?#]*)/i;

/** Recognises an OPC UA client. */
export const opcua: Detector = {
  name: "OPCUA",
  summary: "OPC UA's binary protocol, by the Hello message",
  maxBytes: FORM.length + MAX_URL_BYTES,
  rules: { HOST: hostWord("host") },
  docs: {
    firstBytes:
      "`HELF`, LE32 size, LE32 version 0, four LE32 limits, LE32 length and URL of the server",
    facts: {
      url: "the URL of the server, as sent; absent where it is empty",
      host:
        "its host: lower case, without port, final dot and the brackets of IPv6; absent where the URL is not of `opc.tcp`",
    },
    source: [
      {
        text: "OPC UA Part 6 §7.1.2.3",
        url: "https://reference.opcfoundation.org/Core/Part6/v105/docs/7.1.2.3",
      },
    ],
    stance: [
      "Strict: the URL fills the message, and the version is 0. `HELO` of SMTP differs at byte 3.",
      "A server that connects to its client (`RHEF`) is not matched.",
    ],
  },
  detect(view, state) {
    const form = FORM.check(view);
    if (form !== null) return form;
    const size = le32(view, SIZE_AT);
    const stated = le32(view, URL_LENGTH_AT);
    const length = stated === NULL_TEXT ? 0 : stated;
    if (length > MAX_URL_BYTES || size !== FORM.length + length) return NO;
    if (view.length < size) return more(size);
    return readUrl(latin1(view.subarray(FORM.length, size)), state);
  },
};

function readUrl(url: string, state: DetectState): Verdict {
  const authority = URL_PARTS.exec(url)?.[1];
  return matchLearnt([
    ["url", readName("url", url)],
    ["host", authority ? readAuthority(authority) : certain(undefined)],
  ], state);
}
