/**
 * HTTP/2 without TLS ("prior knowledge"), by the connection preface.
 *
 * Wire: 24 bytes `PRI * HTTP/2.0 CRLF CRLF SM CRLF CRLF`, a SETTINGS frame (RFC
 * 9113 §3.4), in the end HEADERS with CONTINUATION frames (§6.2, §6.10), their
 * field block in HPACK.
 *
 * `maxBytes` 65536: the first HEADERS frame mostly ends within 1 KiB.
 *
 * False positives: none known; no other protocol has the 24 bytes. Where no
 * rule needs a fact, they alone decide. A client that waits for the server's
 * SETTINGS before its HEADERS matches at the deadline, without facts.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { malformed, match, more, needs, NO } from "../detector.ts";
import { hostWord } from "../rule_grammar.ts";
import { readFieldBlock } from "./http2_fields.ts";
import { readFirstHeaders } from "./http2_frames.ts";
import { METHOD_WORD, PATH_WORD } from "./http_request.ts";

const PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Recognises an HTTP/2 client. Facts: `host`, `method`, `path`. */
export const http2: Detector = {
  name: "HTTP2",
  summary: "HTTP/2 without TLS, by the connection preface",
  maxBytes: 65536,
  rules: {
    AUTHORITY: hostWord("host"),
    METHOD: METHOD_WORD,
    PATH: PATH_WORD,
  },
  detect(view, state) {
    for (let i = 0; i < PREFACE.length; i++) {
      if (i === view.length) return more(i + 1);
      if (view[i] !== PREFACE[i]) return NO;
    }
    return needsFacts(state) ? readFacts(view, state) : match({});
  },
};

function needsFacts(state: DetectState): boolean {
  return needs(state, "host") || needs(state, "method") ||
    needs(state, "path");
}

function readFacts(view: Uint8Array, state: DetectState): Verdict {
  const headers = readFirstHeaders(view, PREFACE.length);
  if (typeof headers === "string") return malformed(headers);
  if (typeof headers === "number") {
    return state.ended ? match({}) : more(headers);
  }
  const facts = readFieldBlock(headers);
  return typeof facts === "string" ? malformed(facts) : match(facts);
}
