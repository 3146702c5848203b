/**
 * NATS, by the CONNECT of a client that does not wait for the server's INFO.
 *
 * `maxBytes` 4096: a control line, as servers have it by default.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { expectBytes } from "../expect.ts";
import { utf8 } from "./client_text.ts";
import { matchTexts, nameWord } from "./text_facts.ts";

const START = ascii("CONNECT {");
const MAX_LINE_BYTES = 4096;
const CR = 0x0d;
const LF = 0x0a;

/** Recognises a NATS client that speaks first. */
export const nats: Detector = {
  name: "NATS",
  summary: "NATS, by the CONNECT of a client that sends first",
  maxBytes: MAX_LINE_BYTES,
  rules: { USER: nameWord("user", "alice"), NAME: nameWord("name", "worker") },
  docs: {
    firstBytes: "`CONNECT`, SP, an object in JSON, CRLF",
    facts: {
      user: "the option `user`; absent without one",
      name: "the option `name`, which is the client's; absent without one",
    },
    source: [
      {
        text: "NATS documentation, Client Protocol: CONNECT",
        url:
          "https://docs.nats.io/reference/reference-protocols/nats-protocol#connect",
      },
    ],
    stance: [
      "Strict: the line contains a JSON object. Most clients wait for the server's INFO and are `SILENT`; clients that start with TLS are TLS.",
    ],
  },
  detect(view, state) {
    const start = expectBytes(view, 0, START);
    if (start !== null) return start;
    for (let at = START.length; at < MAX_LINE_BYTES; at++) {
      if (at === view.length) return more(at + 1);
      const byte = view[at]!;
      if (byte === LF) {
        return view[at - 1] === CR
          ? readOptions(view.subarray(START.length - 1, at - 1), state)
          : NO;
      }
      if (byte < 0x20 && byte !== CR) return NO;
    }
    return NO;
  },
};

function readOptions(bytes: Uint8Array, state: DetectState): Verdict {
  try {
    const { user, name } = JSON.parse(utf8(bytes, MAX_LINE_BYTES));
    return matchTexts({ user: asText(user), name: asText(name) }, state);
  } catch {
    return NO;
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
