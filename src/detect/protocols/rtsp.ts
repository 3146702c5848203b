/**
 * RTSP, by the request line.
 *
 * `maxBytes` 4142: a line of 4096 bytes and the version.
 *
 * @module
 */
import { readAuthority } from "../authority.ts";
import { ascii } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { malformed, match } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { type Draft, learn } from "../learnt.ts";
import { hostWord } from "../rule_grammar.ts";
import { MAX_LINE_BYTES, readUriRequestLine } from "./uri_request_line.ts";

const VERSIONS = [ascii("RTSP/1.0"), ascii("RTSP/2.0")];
const VERSION_BYTES = 46;
const SLASH = 0x2f;
const ASTERISK = 0x2a;

/** Recognises an RTSP client. */
export const rtsp: Detector = {
  name: "RTSP",
  summary: "RTSP 1.0 and 2.0, by the request line",
  maxBytes: MAX_LINE_BYTES + VERSION_BYTES,
  rules: { HOST: hostWord("host") },
  docs: {
    firstBytes:
      "method SP URI SP `RTSP/1.0` or `RTSP/2.0` CRLF; the URI is absolute, `*`, or a path (AirPlay)",
    facts: {
      method: "as sent: `DESCRIBE`",
      host:
        "of an absolute URI: lower case, without user, port, final dot and the brackets of IPv6; absent for another URI",
    },
    source: [rfc(2326, "6.1"), rfc(7826, "20.1")],
    stance: [
      "Strict. HTTP and SIP start with similar bytes; the first letter of the version token decides, `R` here.",
      "Rules test only the first request of a connection; later requests go to the same target.",
    ],
  },
  detect(view, state) {
    const line = readUriRequestLine(view, 0, isUriStart, VERSIONS);
    if (line.kind !== "line") return line;
    const { method } = line;
    const authority = authorityOf(line.uri);
    if (!authority) return match({ method });
    const facts: Draft = { method };
    const why = learn(facts, "host", readAuthority(authority), state);
    return why === null ? match(facts) : malformed(why);
  },
};

function isUriStart(byte: number): boolean {
  return byte === SLASH || byte === ASTERISK ||
    (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
}

/** The authority of an absolute URI without the user; empty or `null`: none. */
function authorityOf(uri: string): string | null {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(uri);
  if (scheme === null) return null;
  const [authority] = uri.slice(scheme[0].length).split(/[/?#]/, 1);
  return authority!.slice(authority!.lastIndexOf("@") + 1);
}
