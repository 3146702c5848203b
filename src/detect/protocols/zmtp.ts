/**
 * ZMTP (ZeroMQ), by the signature.
 *
 * `maxBytes` 10: the signature, behind which a client waits for the other's.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match } from "../detector.ts";

/** The length of an identity and 1, as version 1 has it, between two bytes. */
const FORM = new ByteForm("ff 00000000000000 .. 7f");
const MATCH = match({});

/** Recognises a ZeroMQ peer. */
export const zmtp: Detector = {
  name: "ZMTP",
  summary: "ZMTP 2.0 and later (ZeroMQ), by the signature",
  maxBytes: FORM.length,
  rules: {},
  docs: {
    firstBytes: "`ff`, seven times `00`, a byte, `7f`",
    facts: {},
    source: [
      {
        text: "ZMTP 3.1 (RFC 37 of ZeroMQ), Greeting",
        url: "https://rfc.zeromq.org/spec/37/",
      },
    ],
    stance: [
      "Strict: the signature. The client sends mechanism and socket type after the server's greeting, so no rule can test them.",
      "Telnet and BGP also start with `ff`, followed by another byte. Version 1, which has no signature, is not matched.",
    ],
  },
  detect: (view) => FORM.check(view) ?? MATCH,
};
