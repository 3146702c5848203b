/**
 * Java RMI, by the header of the connection.
 *
 * `maxBytes` 7: the header.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match } from "../detector.ts";

/** `JRMI`, version, kind of protocol. */
const FORM = new ByteForm("4a524d49 00 01-02 4b-4d");
const KIND_AT = 6;
const KINDS = ["stream", "single_op", "multiplex"];

/** Recognises a client of Java RMI. */
export const jrmi: Detector = {
  name: "JRMI",
  summary: "Java RMI, by the header of the connection",
  maxBytes: FORM.length,
  rules: {},
  docs: {
    firstBytes:
      "`JRMI`, BE16 version 1 or 2, `4b` (stream), `4c` (single op) or `4d` (multiplex)",
    facts: { kind: "`stream`, `single_op` or `multiplex`" },
    source: [
      {
        text: "Java RMI Specification §10.2",
        url:
          "https://docs.oracle.com/en/java/javase/21/docs/specs/rmi/protocol.html",
      },
    ],
    stance: [
      "Strict: 7 bytes with few possible values. A registry answers with the address of the server, and the client connects to it directly.",
    ],
  },
  detect: (view) =>
    FORM.check(view) ?? match({ kind: KINDS[view[KIND_AT]! - 0x4b]! }),
};
