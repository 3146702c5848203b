/**
 * The heads of HTTP requests: what rules are told beside what Node's server
 * reads.
 *
 * @module
 */
import { latin1 } from "../../../src/detect/byte_reader.ts";
import type { Verdict } from "../../../src/detect/detector.ts";
import { normalizeHost } from "../../../src/detect/host.ts";
import { http } from "../../../src/detect/protocols/http.ts";
import { type Compared, comparedTarget } from "../compared.ts";
import { type Input, joined } from "../input.ts";
import { OracleProgram } from "../oracles/program.ts";
import type { FuzzTarget } from "../target.ts";
import { addVerdict } from "../verdicts.ts";

/** What Node reads; `null`: it waits for more. */
type Theirs =
  | { readonly method: string; readonly url: string; readonly host?: string }
  | { readonly error: string }
  | null;

const PROGRAM = new URL("../oracles/http_heads.mjs", import.meta.url).pathname;
const OPEN = { ended: false };
const MAX_LINE_BYTES = 2048;

/** The differences that are explained, by their kind. */
const EXPLAINED = {
  refused: "Node refuses what others serve: it judges for itself",
  doubt: "in doubt, so that a rule that tests it refuses it",
  other: "Node's parser takes the request lines of RTSP and ICE, too",
  unversioned:
    "a request without a version, of a method or target that HTTP does not have",
} as const;

/** A line of RTSP or ICE. */
const OTHER_LINE = /^[\r\n]*\S+ +\S+ +(?:RTSP|ICE)\//;
/** A method of HTTP and a target, which may be empty, and nothing behind them. */
const UNVERSIONED = /^[\r\n]*\S+ +\S* *\r?\n/;

/** HTTP beside Node. */
export function httpBesideNode(
  seeds: readonly Input[],
  tokens: readonly Uint8Array[],
): FuzzTarget {
  const node = new OracleProgram<Theirs>("node", [PROGRAM]);
  return comparedTarget<Verdict, Theirs>({
    name: "http_beside_node",
    seeds: seeds.filter((input) =>
      http.detect(joined(input), OPEN).kind !== "no"
    ),
    tokens,
    weight: 4,
    ours(view, path) {
      const verdict = http.detect(view, OPEN);
      addVerdict(path, verdict, { index: 0, decidedAt: view.length >> 4 });
      // What is no HTTP to both is of no use, and there is much of it.
      return verdict.kind === "no" && view.length % 4 > 0 ? undefined : verdict;
    },
    theirs: (batch) => node.ask(batch),
    compare,
    close: () => node.close(),
  });
}

function compare(
  ours: Verdict,
  theirs: Theirs,
  view: Uint8Array,
): Compared | null {
  if (theirs === null) return null;
  if ("error" in theirs) {
    return ours.kind === "match"
      ? { explained: EXPLAINED.refused, what: theirs.error }
      : null;
  }
  const read = JSON.stringify(theirs);
  if (ours.kind === "no") {
    return {
      explained: whyNo(view),
      what: `HTTP: only Node takes it: ${read}`,
    };
  }
  if (ours.kind === "more") {
    return { explained: null, what: `HTTP: Node does not wait: ${read}` };
  }
  if (ours.kind === "malformed") {
    return { explained: EXPLAINED.doubt, what: ours.why };
  }
  const { method, host = "", path } = ours.facts;
  if (method !== theirs.method) return differs("method", method, read);
  if (host !== hostOf(theirs)) return differs("host", host, read);
  const expected = pathOf(theirs);
  const same = expected === null || path === undefined ||
    plain(`${path}`) === expected;
  return same ? null : differs("path", path, read);
}

/** Why Node takes what is no HTTP here. */
function whyNo(view: Uint8Array): string | null {
  const text = latin1(view.subarray(0, MAX_LINE_BYTES));
  if (OTHER_LINE.test(text)) return EXPLAINED.other;
  return UNVERSIONED.test(text) ? EXPLAINED.unversioned : null;
}

function differs(what: string, ours: unknown, theirs: string): Compared {
  return {
    explained: null,
    what: `HTTP: another ${what}: "${ours}", ${theirs}`,
  };
}

/** The host as a program behind Node would take it. */
function hostOf(
  { method, url, host }: Extract<Theirs, { method: string }>,
): string {
  return normalizeHost(method === "CONNECT" ? url : host ?? "");
}

/** The path as the WHATWG's parser has it; `null`: the target has none. */
function pathOf(
  { method, url }: Extract<Theirs, { method: string }>,
): string | null {
  if (method === "CONNECT" || url === "*") return null;
  const whole = url.startsWith("/") ? `http://a${url}` : url;
  const parsed = URL.parse(whole);
  return parsed === null ? null : plain(parsed.pathname);
}

/** Without escapes that stand for plain characters, and without empty segments. */
function plain(path: string): string {
  return path.replace(
    /%([\da-f]{2})/gi,
    (_, digits) => String.fromCharCode(parseInt(digits, 16)),
  ).replace(/\/+/g, "/");
}
