/**
 * The request of a Kerberos client, over TCP and over UDP.
 *
 * Wire: AS-REQ (`6a`) or TGS-REQ (`6c`), a sequence of the version 5, the message
 * type, maybe pre-authentication data, and the body, whose realm says which key
 * distribution centre is asked (RFC 4120 §5.4.1).
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import { type Facts, match, NO, type Verdict } from "../detector.ts";
import { type RuleGrammar, textWord } from "../rule_grammar.ts";
import { type Element, readElement } from "./ber.ts";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const GENERAL_STRING = 0x1b;
/** Tag of AS-REQ. */
export const AS_REQUEST = 0x6a;
/** Tag of TGS-REQ. */
export const TGS_REQUEST = 0x6c;
/** Message types of the two requests. */
const TYPES: Readonly<Record<number, number>> = {
  [AS_REQUEST]: 10,
  [TGS_REQUEST]: 12,
};
const VERSION = 5;
const MAX_REALM_BYTES = 255;
/** Tags of the fields of a request and of its body. */
const field = (number: number) => 0xa0 | number;

/** The words of rules, over TCP and over UDP. */
export const KERBEROS_RULES: RuleGrammar = {
  REALM: textWord("realm", {
    pattern: /^[\x21-\x7e]{1,255}$/,
    expected: 'a realm such as "EXAMPLE.COM", whose case counts',
  }, { example: "EXAMPLE.COM", exact: true }),
};

/** What the fact `realm` is. */
export const REALM_FACT =
  "the requested realm, as sent; absent if it has characters other than printable ASCII";

/** Looks at a whole request, which must fill the bytes. */
export function readKerberosRequest(request: Uint8Array): Verdict {
  const tag = request[0]!;
  const { length } = request;
  if (tag !== AS_REQUEST && tag !== TGS_REQUEST) return NO;
  const outer = elementAt(request, 0, length, tag);
  if (outer?.end !== length) return NO;
  const fields = elementAt(request, outer.start, length, SEQUENCE);
  if (fields?.end !== length) return NO;
  const version = numberIn(request, fields.start, field(1));
  const type = version && numberIn(request, version.end, field(2));
  return version?.value === VERSION && type?.value === TYPES[tag]
    ? match(factsOf(request, type!.end))
    : NO;
}

/** A field that holds a small number. */
function numberIn(request: Uint8Array, at: number, tag: number) {
  const outer = elementAt(request, at, request.length, tag);
  if (outer === null) return null;
  const inner = elementAt(request, outer.start, outer.end, INTEGER);
  if (inner === null || inner.end - inner.start !== 1) return null;
  return { value: request[inner.start]!, end: outer.end };
}

/** The realm in the body, which comes behind the type and maybe other data. */
function factsOf(request: Uint8Array, at: number): Facts {
  const { length } = request;
  const padata = elementAt(request, at, length, field(3));
  const bodyAt = padata === null ? at : padata.end;
  const outer = elementAt(request, bodyAt, length, field(4));
  const body = outer && elementAt(request, outer.start, outer.end, SEQUENCE);
  if (!body) return {};
  for (let next = body.start; next < body.end;) {
    const part = elementAt(request, next, body.end);
    if (part === null) break;
    next = part.end;
    if (part.tag !== field(2)) continue;
    const text = elementAt(request, part.start, part.end, GENERAL_STRING);
    if (text === null || text.end - text.start > MAX_REALM_BYTES) break;
    const realm = latin1(request.subarray(text.start, text.end));
    return /^[\x21-\x7e]+$/.test(realm) ? { realm } : {};
  }
  return {};
}

/** An element that is there as a whole; `null`: there is none that fits. */
function elementAt(
  request: Uint8Array,
  at: number,
  limit: number,
  ...tags: readonly number[]
): Element | null {
  const element = readElement(request, at, limit, ...tags);
  return element.kind === "element" && element.end <= request.length
    ? element
    : null;
}
