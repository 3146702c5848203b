/**
 * HTTP/2 without TLS ("prior knowledge"), by the connection preface.
 *
 * `maxBytes` 65536: the first HEADERS frame mostly ends within 1 KiB.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { malformed, match, more, needs, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { hostWord } from "../rule_grammar.ts";
import { readFieldBlock } from "./http2_fields.ts";
import { endsBeforeHeaders, readFirstHeaders } from "./http2_frames.ts";
import { SETTINGS_REPLY } from "./http2_settings_reply.ts";
import { METHOD_WORD, PATH_WORD } from "./http_request.ts";

const PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const NOT_COMPLETE = malformed("the head is not complete");

/** Recognises an HTTP/2 client. */
export const http2: Detector = {
  name: "HTTP2",
  summary: "HTTP/2 without TLS, by the connection preface",
  maxBytes: 65536,
  rules: {
    AUTHORITY: hostWord("host", { late: true }),
    METHOD: { ...METHOD_WORD, late: true },
    PATH: { ...PATH_WORD, late: true },
  },
  docs: {
    firstBytes:
      "`PRI * HTTP/2.0` CRLF CRLF `SM` CRLF CRLF, a SETTINGS frame, in the end HEADERS with its CONTINUATION frames",
    facts: {
      host:
        "of `:authority`, else of the field `host`: lower case, without port, final dot and the brackets of IPv6; escapes (`%2frun%2fa.sock`) stay",
      method: "as sent: `GET`",
      path:
        "of the target, in its normal form, as HTTP has it; absent for a plain `CONNECT`",
    },
    source: [
      rfc(9113, "3.4"),
      rfc(9113, "6.2"),
      rfc(9113, "8.3.1"),
      rfc(7541),
    ],
    stance: [
      "No other protocol has the 24 bytes of the preface. Where no rule needs a fact, they alone decide.",
      "Where rules need facts, a client that waits for the server's SETTINGS before its HEADERS, as those of gRPC do, is sent an empty SETTINGS frame once it has been quiet for 20 ms; its acknowledgement of that one does not reach the target, whose own SETTINGS follow.",
      "A client that sends no HEADERS even then matches when the detection timeout ends, without facts. One that has begun another frame does not.",
      "Rules judge the first request of a connection: those that follow on it go to the same target, whatever they ask for.",
      "A first frame that is not SETTINGS and a broken field block are malformed. An `:authority` and a `host` that differ or are none, a method or a path that is none or that servers read differently are in doubt: no fact comes from them, and where a rule tests one, the request is malformed.",
      "Rules test the first request of a connection only; later ones follow it to the same target.",
    ],
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
    if (!state.ended) return waitFor(headers, view, state);
    return endsBeforeHeaders(view, PREFACE.length) ? match({}) : NOT_COMPLETE;
  }
  const facts = readFieldBlock(headers, state);
  return typeof facts === "string" ? malformed(facts) : match(facts);
}

/** Asks for more, which a client may hold back until it has heard SETTINGS. */
function waitFor(
  atLeast: number,
  view: Uint8Array,
  { needs }: DetectState,
): Verdict {
  // Without anybody's need for the facts nobody is there to reply either.
  return needs !== undefined && endsBeforeHeaders(view, PREFACE.length)
    ? more(atLeast, SETTINGS_REPLY)
    : more(atLeast);
}
