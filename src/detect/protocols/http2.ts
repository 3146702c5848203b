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
      "`PRI * HTTP/2.0` CRLF CRLF `SM` CRLF CRLF, a SETTINGS frame, then HEADERS with its CONTINUATION frames",
    facts: {
      host:
        "from `:authority`, otherwise from the field `host`: lower case, without port, final dot and the brackets of IPv6; escapes (`%2frun%2fa.sock`) are kept",
      method: "as sent: `GET`",
      path:
        "the path of the request target, normalised as for HTTP; absent for a plain `CONNECT`",
    },
    source: [
      rfc(9113, "3.4"),
      rfc(9113, "6.2"),
      rfc(9113, "8.3.1"),
      rfc(7541),
    ],
    stance: [
      "No other protocol has the 24 bytes of the preface. If no rule needs a fact, they alone decide.",
      "If rules need facts, and a client waits for the server's SETTINGS before its HEADERS (gRPC clients do), passthru sends an empty SETTINGS frame after 20 ms without a byte; the client's acknowledgement of it is not forwarded to the target, which sends its own SETTINGS.",
      "A client that still sends no HEADERS matches without facts at the detection timeout, unless it has started another frame.",
      "A first frame other than SETTINGS and an invalid field block are malformed. An invalid host, a `host` that differs from `:authority`, and a method or path that is invalid or that servers interpret differently are ambiguous: they give no fact, and if a rule for this host tests the fact, the request is malformed.",
      "Rules test only the first request of a connection; later requests go to the same target.",
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
