/**
 * JDWP (Java's debugger), by the handshake.
 *
 * `maxBytes` 14: the handshake.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { match } from "../detector.ts";
import { expectBytes } from "../expect.ts";

const HANDSHAKE = ascii("JDWP-Handshake");
const MATCH = match({});

/** Recognises a debugger of Java. */
export const jdwp: Detector = {
  name: "JDWP",
  summary: "JDWP (Java's debugger), by the handshake",
  maxBytes: HANDSHAKE.length,
  rules: {},
  docs: {
    firstBytes: "`JDWP-Handshake`",
    facts: {},
    source: [
      {
        text: "Java Debug Wire Protocol, Protocol details",
        url:
          "https://docs.oracle.com/en/java/javase/21/docs/specs/jdwp/jdwp-spec.html",
      },
    ],
    stance: [
      "Strict: 14 fixed bytes. Clients of this protocol can run code in the server; restrict them with `FROM`.",
    ],
  },
  detect: (view) => expectBytes(view, 0, HANDSHAKE) ?? MATCH,
};
