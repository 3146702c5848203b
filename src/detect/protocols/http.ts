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
import { latin1 } from "../byte_reader.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { malformed, match, more, needs } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { doubt, type Draft, learn, type Learnt } from "../learnt.ts";
import { hostWord } from "../rule_grammar.ts";
import { HEADER_WORD, UPGRADE_WORD } from "./http_field_words.ts";
import { needsFields, readFields } from "./http_fields.ts";
import {
  type Head,
  readHeaderLines,
  resumeHeaderLines,
} from "./http_header_lines.ts";
import type { RequestLine } from "./http_line_parts.ts";
import { METHOD_WORD, PATH_WORD } from "./http_request.ts";
import { readRequestLine, resumeRequestLine } from "./http_request_line.ts";
import { problemOf, readHost, readPath, readTarget } from "./http_target.ts";

const CR = 0x0d;
const LF = 0x0a;
const SLASH = 0x2f;

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
      "method (1 to 32 of `A-Z 0-9 _ -`, a letter first; known ones in any case) SP target SP `HTTP/1.` digit CRLF, header lines, an empty line; or `GET` SP path CRLF alone (HTTP/0.9)",
    facts: {
      method: "as sent: `GET`",
      path:
        "the path of the request target, normalised: without query and fragment, without empty and dot segments, with escapes decoded once (except `%`, `?`, `#` and characters that are not visible ASCII); absent for `CONNECT`",
      version: "`1.` and the digit that was sent, or `0.9`",
      upgrade:
        "the protocols of the Upgrade header, in lower case; only if a rule tests it",
      "header:":
        "followed by the header's name in lower case: the values of this header; only if a rule tests it",
      host:
        "from the request target or the Host header: lower case, without port, final dot and the brackets of IPv6; escapes (`%2frun%2fa.sock`) are kept",
    },
    source: [rfc(9112, "3"), rfc(9112, "3.2.2"), rfc(9112, "5")],
    stance: [
      "Strict. Any method with valid letters is accepted; the version token decides: RTSP, SIP and `PRI * HTTP/2.0` differ there.",
      "Input that servers interpret differently is ambiguous: it gives no fact, and if a rule for this host tests the fact, the request is malformed. So no target sees another host or path than passthru did. For the host and the headers this is: two Host headers, folded lines, white space before a colon, control bytes, a head that is not complete in time, a request target with another host than the Host header or without one, an invalid host, and a host with unnecessary escapes.",
      "For the path: an escaped slash or NUL, a backslash, an invalid escape, a parameter after a dot segment (`/..;a/`), a dot segment after an empty one. For both: a request target with white space or control bytes, or an empty one.",
      "A line without a version is HTTP/0.9 with `GET` and a path. With another known method, an absolute URI, `*`, or `CONNECT` and a port it is malformed, because Node serves it. Node also serves lines that end in `RTSP/1.0` or `ICE/1.0`, which are not matched here: if the target is Node, a `CATCHALL` must not forward what rules of HTTP refuse.",
      "Parameters of segments (`/a;b`) are part of the path: a rule for `/a` does not match `/a;b`, even if the server removes the parameter; a rule for `/a*` does.",
      "A bare LF, several spaces, and empty lines before the request are accepted, as servers do.",
      "Rules test only the first request of a connection; later requests go to the same target.",
    ],
  },
  detect(view, state) {
    const line = readLine(view, state);
    if (line.kind !== "line") return line;
    if (isNeededInDoubt(view, line, state)) return malformed(line.problem!);
    if (line.minor < 0) return detectOldRequest(view, line, state);
    if (!state.ended && (state.seen ?? 0) > line.end) {
      const missing = resumeHeaderLines(view, line.end, state.seen!);
      if (missing !== null) return moreLines(view, missing, line);
    }
    const head = readHeaderLines(view, line.end);
    if (head.problem === null && !head.complete && !state.ended) {
      return moreLines(view, head.missing, line);
    }
    return conclude(view, line, head, state);
  },
};

/** The request line, which is read once however the bytes come. */
function readLine(
  view: Uint8Array,
  state: DetectState,
): ReturnType<typeof readRequestLine> {
  const { progress } = state;
  return isLine(progress)
    ? progress
    : resumeRequestLine(view, state) ?? readRequestLine(view);
}

function isLine(progress: unknown): progress is RequestLine {
  return typeof progress === "object" && progress !== null;
}

/** Asks for more header lines, and to be given back the request line. */
function moreLines(
  view: Uint8Array,
  missing: number,
  line: RequestLine,
): Verdict {
  return { kind: "more", atLeast: view.length + missing, progress: line };
}

/**
 * Whether rules need a fact of a target that is in doubt, whatever the host is.
 */
function isNeededInDoubt(
  view: Uint8Array,
  line: RequestLine,
  state: DetectState,
): boolean {
  return line.problem !== null &&
    ((needs(state, "path") && state.isTested === undefined) ||
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
  const facts: Draft = {
    method: latin1(view.subarray(line.methodStart, line.methodEnd)),
    version: "0.9",
  };
  const target = latin1(view.subarray(line.targetStart, line.targetEnd));
  const path = line.problem === null
    ? readPath(readTarget("GET", target))
    : doubt(line.problem);
  const why = learnPath(facts, path, state);
  return why === null ? match(facts) : malformed(why);
}

function conclude(
  view: Uint8Array,
  line: RequestLine,
  head: Head,
  state: DetectState,
): Verdict {
  const method = latin1(view.subarray(line.methodStart, line.methodEnd));
  const facts: Draft = {
    method,
    version: "1." + String.fromCharCode(view[line.minor]!),
  };
  const why = learnTarget(view, line, facts, { method, head, state });
  if (why !== null) return malformed(why);
  if (!needsFields(state.needs)) return match(facts);
  // Of a part of a head they would not be all.
  const problem = problemOf(head);
  return problem === null
    ? match({ ...facts, ...readFields(view, line.end, state.needs) })
    : malformed(problem);
}

/** Adds path and host; says why the request is in doubt, or `null`. */
function learnTarget(
  view: Uint8Array,
  line: RequestLine,
  facts: Draft,
  { method, head, state }: {
    readonly method: string;
    readonly head: Head;
    readonly state: DetectState;
  },
): string | null {
  if (line.problem !== null) {
    const why = mayNameHost(view, line)
      ? null
      : learn(facts, "host", readHost({}, method, head), state);
    return why ?? learnPath(facts, doubt(line.problem), state);
  }
  const target = readTarget(
    method,
    latin1(view.subarray(line.targetStart, line.targetEnd)),
  );
  return learn(facts, "host", readHost(target, method, head), state) ??
    learnPath(facts, readPath(target), state);
}

/** Adds the path, when the host is known; says why it is in doubt, or `null`. */
function learnPath(
  facts: Draft,
  path: Learnt,
  state: DetectState,
): string | null {
  if (path.ok) return learn(facts, "path", path, state);
  // Without a host there is none that rules could name.
  const known = { host: "", ...facts };
  return learn(known, "path", path, state);
}
