/**
 * XMPP, by the stream header.
 *
 * `maxBytes` 4096; headers have 120 to 300 bytes.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { type Draft, learn } from "../learnt.ts";
import { hostWord } from "../rule_grammar.ts";
import { readHost, utf8 } from "./client_text.ts";
import { type Attributes, isSpace, readAttributes } from "./xml_attributes.ts";

const MAX_BYTES = 4096;
const MAX_DECLARATION_BYTES = 256;
const DECLARATION = ascii("<?xml");
const ROOT = ascii("<stream:stream");
const NAMESPACE = "http://etherx.jabber.org/streams";
const LESS = 0x3c;
const QUESTION = 0x3f;
const GREATER = 0x3e;

const TOO_LONG = malformed("the stream header is longer than 4096 bytes");

/** Recognises an XMPP stream. */
export const xmpp: Detector = {
  name: "XMPP",
  summary: "XMPP, by the stream header",
  maxBytes: MAX_BYTES,
  rules: { HOST: hostWord("host") },
  docs: {
    firstBytes:
      "optionally an XML declaration and white space, then `<stream:stream` with `xmlns:stream='http://etherx.jabber.org/streams'` and `to`",
    facts: {
      host:
        "the domain in `to`: lower case, without a final dot, non-ASCII names in their DNS form (IDNA); absent if there is no `to`",
    },
    source: [rfc(6120, "4.2"), rfc(6120, "4.7.2")],
    stance: [
      "Strict. Other XML is excluded at the first byte of its root element that differs from `<stream:stream`; another namespace is malformed.",
      "The host is known before STARTTLS. Clients, servers and components start in the same way.",
    ],
  },
  detect(all, state) {
    if (all.length > 0 && all[0] !== LESS) return NO;
    const view = all.subarray(0, MAX_BYTES);
    const from = skipDeclaration(view);
    if (typeof from !== "number") return from;
    let at = from;
    while (from > 0 && at < view.length && isSpace(view[at]!)) at++;
    const end = at + ROOT.length;
    if (end >= MAX_BYTES) return NO;
    for (let i = at; i < end; i++) {
      if (i >= view.length) return more(end + 1);
      if (view[i] !== ROOT[i - at]) return NO;
    }
    if (view.length === end) return more(end + 1);
    const goesOn = !isSpace(view[end]!) && view[end] !== GREATER;
    return goesOn ? NO : readHeader(view, end, state);
  },
};

/** The place behind the declaration, 0 where there is none; or a verdict. */
function skipDeclaration(view: Uint8Array): number | Verdict {
  if (view.length > 1 && view[1] !== QUESTION) return 0;
  for (let i = 0; i <= DECLARATION.length; i++) {
    if (i >= view.length) return more(i + 1);
    const fits = i < DECLARATION.length
      ? view[i] === DECLARATION[i]
      : isSpace(view[i]!);
    if (!fits) return NO;
  }
  for (let i = DECLARATION.length; i < view.length; i++) {
    if (i === MAX_DECLARATION_BYTES) return NO;
    if (view[i] === GREATER) return view[i - 1] === QUESTION ? i + 1 : NO;
  }
  return more(view.length + 1);
}

/** Reads the stream header behind its name. */
function readHeader(
  view: Uint8Array,
  from: number,
  state: DetectState,
): Verdict {
  const attributes = readAttributes(view, from);
  if (typeof attributes === "string") return malformed(attributes);
  if (attributes !== null) return conclude(attributes, state);
  return view.length < MAX_BYTES ? more(view.length + 1) : TOO_LONG;
}

function conclude(attributes: Attributes, state: DetectState): Verdict {
  const namespace = attributes.get("xmlns:stream");
  if (namespace === undefined || text(namespace) !== NAMESPACE) {
    return malformed("the stream has another namespace");
  }
  const to = attributes.get("to");
  // Servers of before RFC 6120 leave it out; the root is no domain either.
  if (to === undefined || text(to) === ".") return match({});
  const facts: Draft = {};
  const why = learn(facts, "host", readHost(text(to)), state);
  return why === null ? match(facts) : malformed(why);
}

function text(bytes: Uint8Array): string {
  return utf8(bytes, MAX_BYTES);
}
