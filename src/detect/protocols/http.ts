/**
 * HTTP/1, by the head of a request.
 *
 * A target that servers read differently is in doubt: no fact comes from it, and
 * where a rule needs such a fact, the request is malformed.
 *
 * `maxBytes` 65536: heads are rarely over 8 KiB, but cookies grow.
 *
 * @module
 */
import { checkAuthority } from "../authority.ts";
import { latin1 } from "../byte_reader.ts";
import type { Detector, DetectState, FactValue, Verdict } from "../detector.ts";
import { malformed, match, more, needs } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { normalizeHost } from "../host.ts";
import { hostWord } from "../rule_grammar.ts";
import { HEADER_WORD, UPGRADE_WORD } from "./http_field_words.ts";
import { needsFields, readFields } from "./http_fields.ts";
import {
  type Head,
  readHeaderLines,
  resumeHeaderLines,
} from "./http_header_lines.ts";
import { METHOD_WORD, PATH_WORD, pathOf } from "./http_request.ts";
import type { RequestLine } from "./http_line_parts.ts";
import { readRequestLine } from "./http_request_line.ts";

/** What the target of a request says. */
interface Target {
  readonly path?: string;
  readonly authority?: string;
}

const CR = 0x0d;
const LF = 0x0a;
const SLASH = 0x2f;
const NO_TARGET: Target = {};

/**
 * Recognises an HTTP/1 request. `upgrade` and `header:NAME` are learnt only
 * where {@linkcode DetectState.needs} names them.
 */
export const http: Detector = {
  name: "HTTP",
  summary: "HTTP/0.9, 1.0 and 1.1, by the head of a request",
  maxBytes: 65536,
  rules: {
    HOST: hostWord("host"),
    METHOD: METHOD_WORD,
    PATH: PATH_WORD,
    UPGRADE: UPGRADE_WORD,
    HEADER: HEADER_WORD,
  },
  docs: {
    firstBytes:
      "method (1 to 32 of `A-Z 0-9 _ -`, a letter first) SP target SP `HTTP/1.` digit CRLF, header lines, an empty line; or `GET` SP path CRLF alone (HTTP/0.9)",
    facts: {
      method: "as sent: `GET`",
      path:
        "the target without query and fragment, as sent; `/` for an absolute target without a path; absent for `CONNECT`",
      version: "`1.` and the digit that was sent, or `0.9`",
      upgrade:
        "the protocols of the Upgrade lines, in lower case; only where a rule tests it",
      "header:":
        "with a header's name behind it, in lower case: the values of its lines; only where a rule tests it",
      host:
        "lower case, without port, final dot and the brackets of IPv6; that of the target where it names one, else that of the Host line",
    },
    source: [rfc(9112, "3"), rfc(9112, "3.2.2"), rfc(9112, "5")],
    stance: [
      "Strict. A method of the right letters will do, but then the version token decides: RTSP, SIP and `PRI * HTTP/2.0` differ from HTTP/1 there.",
      "Two Host lines, white space before a colon, a folded Host line, control bytes and a host that is none are malformed, so that nobody behind passthru sees another host than passthru did.",
      "A bare LF, several spaces and empty lines before the request are borne, as servers do. A target with white space or control bytes, or none, is in doubt: no fact comes from it, and where a rule tests one, the request is malformed.",
    ],
  },
  detect(view, state) {
    const line = readRequestLine(view);
    if (line.kind !== "line") return line;
    if (isNeededInDoubt(view, line, state)) return malformed(line.problem!);
    if (line.minor < 0) return detectOldRequest(view, line, state);
    if (!state.ended && (state.seen ?? 0) > line.end) {
      const missing = resumeHeaderLines(view, line.end, state.seen!);
      if (missing !== null) return more(view.length + missing);
    }
    const head = readHeaderLines(view, line.end);
    if (typeof head === "string") return malformed(head);
    if (!head.complete && !state.ended) {
      return more(view.length + head.missing);
    }
    return conclude(view, line, head, state);
  },
};

/** Whether rules need a fact of a target that is in doubt. */
function isNeededInDoubt(
  view: Uint8Array,
  line: RequestLine,
  state: DetectState,
): boolean {
  return line.problem !== null &&
    (needs(state, "path") ||
      (needs(state, "host") && mayNameHost(view, line)));
}

/** Whether there is a target that may name the host: it is not a path. */
function mayNameHost(view: Uint8Array, line: RequestLine): boolean {
  return line.targetStart < line.targetEnd && view[line.targetStart] !== SLASH;
}

/**
 * Looks at HTTP/0.9, which has no header lines: where rules need a host, there
 * must be none, for some servers would read them.
 */
function detectOldRequest(
  view: Uint8Array,
  line: RequestLine,
  state: DetectState,
): Verdict {
  if (needs(state, "host") || needsFields(state.needs)) {
    const lf = view[line.end] === CR ? line.end + 1 : line.end;
    if (lf >= view.length) {
      if (!state.ended) return more(lf + 1);
    } else if (view[lf] !== LF) {
      return malformed("lines follow a request without a version");
    }
  }
  return match({
    method: latin1(view.subarray(line.methodStart, line.methodEnd)),
    version: "0.9",
    path: pathOf(latin1(view.subarray(line.targetStart, line.targetEnd))),
  });
}

function conclude(
  view: Uint8Array,
  line: RequestLine,
  head: Head,
  state: DetectState,
): Verdict {
  const method = latin1(view.subarray(line.methodStart, line.methodEnd));
  const target = line.problem !== null ? NO_TARGET : readTarget(
    method,
    latin1(view.subarray(line.targetStart, line.targetEnd)),
  );
  if (target === null) return malformed("the target has none of its forms");
  const named = head.host === "" ? undefined : head.host;
  for (const authority of [target.authority, named]) {
    const problem = authority === undefined ? null : checkAuthority(authority);
    if (problem !== null) return malformed(`the host ${problem}`);
  }
  const inDoubt = line.problem !== null && mayNameHost(view, line);
  const host = inDoubt ? undefined : target.authority ?? named;
  if (!head.complete && host === undefined && needs(state, "host")) {
    return malformed("the head is not complete");
  }
  const facts: Record<string, FactValue> = {
    method,
    version: "1." + String.fromCharCode(view[line.minor]!),
  };
  if (target.path !== undefined) facts.path = target.path;
  if (host !== undefined) facts.host = normalizeHost(host);
  // Of a part of a head they would not be all.
  return head.complete && needsFields(state.needs)
    ? match({ ...facts, ...readFields(view, line.end, state.needs) })
    : match(facts);
}

/** Reads a target in the forms of RFC 9112 §3.2; `null`: it has none of them. */
function readTarget(method: string, text: string): Target | null {
  if (method === "CONNECT") return { authority: text };
  if (text.startsWith("/")) return { path: pathOf(text) };
  if (text === "*") return { path: text };
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text);
  if (scheme === null) return null;
  const rest = text.slice(scheme[0].length);
  const end = rest.search(/[/?#]/);
  if (end < 0) return { authority: rest, path: "/" };
  return {
    authority: rest.slice(0, end),
    path: pathOf(rest.slice(end)) || "/",
  };
}
