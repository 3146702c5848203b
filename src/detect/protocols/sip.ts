/**
 * SIP over TCP, by the request line.
 *
 * `maxBytes` 4148: empty lines, a line of 4096 bytes and the version.
 *
 * @module
 */
import { readAuthority } from "../authority.ts";
import { ascii } from "../byte_reader.ts";
import type { Detector, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { expectBytes } from "../expect.ts";
import { type Draft, learn } from "../learnt.ts";
import { hostWord } from "../rule_grammar.ts";
import { MAX_LINE_BYTES, readUriRequestLine } from "./uri_request_line.ts";

const VERSIONS = [ascii("SIP/2.0")];
const VERSION_BYTES = 44;
const ANSWER = ascii("SIP/2.0 ");
const STATUS_DIGITS = 3;
const SP = 0x20;
const EMPTY_LINES = ascii("\r\n\r\n\r\n\r\n");

/** Recognises a SIP client. */
export const sip: Detector = {
  name: "SIP",
  summary: "SIP 2.0, by the request line",
  maxBytes: EMPTY_LINES.length + MAX_LINE_BYTES + VERSION_BYTES,
  rules: { HOST: hostWord("host") },
  docs: {
    firstBytes:
      "optionally up to four CRLF (keep-alive); method SP URI SP `SIP/2.0` CRLF",
    facts: {
      method: "as sent: `INVITE`",
      host:
        "of a `sip:` or `sips:` URI, the domain or the proxy's address: lower case, without user, port, final dot and the brackets of IPv6; absent for `tel:`",
    },
    source: [rfc(3261, "7.1"), rfc(3261, "7.5")],
    stance: [
      "Strict. A URI starts with its scheme, so `GET /` is excluded at the slash. Otherwise HTTP and RTSP differ at the first letter of the version token, `S` here.",
      "A server that has lost the connection of a request opens a new one for its response: `SIP/2.0` SP, three digits, SP.",
      "Rules test only the first request of a connection; later requests go to the same target.",
    ],
  },
  detect(view, state) {
    const start = skipEmptyLines(view);
    if (start === view.length) return more(start + 1);
    if (start % 2 !== 0) return NO;
    const answer = detectAnswer(view, start);
    if (answer !== NO) return answer;
    const line = readUriRequestLine(view, start, isLetter, VERSIONS);
    if (line.kind !== "line") return line;
    const { method } = line;
    const authority = authorityOf(line.uri);
    if (authority === null) return match({ method });
    const facts: Draft = { method };
    const why = learn(facts, "host", readAuthority(authority), state);
    return why === null ? match(facts) : malformed(why);
  },
};

/** Looks for the start of an answer. */
function detectAnswer(view: Uint8Array, start: number): Verdict {
  const found = expectBytes(view, start, ANSWER);
  if (found !== null) return found;
  const end = start + ANSWER.length + STATUS_DIGITS;
  for (let at = start + ANSWER.length; at <= end; at++) {
    if (at === view.length) return more(at + 1);
    const byte = view[at]!;
    if (at === end ? byte !== SP : byte < 0x30 || byte > 0x39) return NO;
  }
  return match({});
}

function skipEmptyLines(view: Uint8Array): number {
  const length = Math.min(view.length, EMPTY_LINES.length);
  let at = 0;
  while (at < length && view[at] === EMPTY_LINES[at]) at++;
  return at;
}

function isLetter(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
}

/** Host and port of a SIP URI; `null`: it is another kind. */
function authorityOf(uri: string): string | null {
  const scheme = /^sips?:/i.exec(uri);
  if (scheme === null) return null;
  // Neither the parameters nor the headers of a URI hold an `@`.
  const host = uri.slice(Math.max(scheme[0].length, uri.lastIndexOf("@") + 1));
  return host.split(/[;?]/, 1)[0]!;
}
