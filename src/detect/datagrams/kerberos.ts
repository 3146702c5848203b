/**
 * Kerberos over UDP, by the first request.
 *
 * Wire: AS-REQ (`6a`) or TGS-REQ (`6c`), a sequence of the version 5, the message
 * type, maybe pre-authentication data, and the body, whose realm says which key
 * distribution centre is asked (RFC 4120 §5.4.1).
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import { type DatagramDetector, type Facts, match, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { textWord } from "../rule_grammar.ts";
import { elementAt, smallInteger } from "./ber_message.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const GENERAL_STRING = 0x1b;
const AS_REQUEST = 0x6a;
const TGS_REQUEST = 0x6c;
/** Message types of the two requests. */
const TYPES: Readonly<Record<number, number>> = {
  [AS_REQUEST]: 10,
  [TGS_REQUEST]: 12,
};
const VERSION = 5;
/** Tags of the fields of a request and of its body. */
const field = (number: number) => 0xa0 | number;
const MAX_REALM_BYTES = 255;

/** Recognises a Kerberos client on UDP. */
export const kerberos: DatagramDetector = firstDatagramDetector({
  name: "KERBEROS",
  summary: "Kerberos over UDP, by the first request",
  rules: {
    REALM: textWord("realm", {
      pattern: /^[\x21-\x7e]{1,255}$/,
      expected: 'a realm such as "EXAMPLE.COM", whose case counts',
    }, { example: "EXAMPLE.COM", exact: true }),
  },
  docs: {
    firstBytes:
      "`6a` (AS-REQ) or `6c` (TGS-REQ), BER length, a sequence of `a1 03 02 01 05`, `a2 03 02 01 0a` or `0c`, and the rest",
    facts: {
      realm:
        "the realm that is asked, as sent; absent where it holds other than printable ASCII",
    },
    source: [rfc(4120, "5.4.1"), rfc(4120, "7.2.1")],
    stance: ["Strict: the request must fill the datagram."],
  },
}, (datagram) => {
  const tag = datagram[0]!;
  const { length } = datagram;
  if (tag !== AS_REQUEST && tag !== TGS_REQUEST) return NO;
  const request = elementAt(datagram, 0, length, tag);
  if (request?.end !== length) return NO;
  const fields = elementAt(datagram, request.start, length, SEQUENCE);
  if (fields?.end !== length) return NO;
  const version = numberIn(datagram, fields.start, field(1));
  const type = version && numberIn(datagram, version.end, field(2));
  return version?.value === VERSION && type?.value === TYPES[tag]
    ? match(factsOf(datagram, type!.end))
    : NO;
});

/** A field that holds a small number. */
function numberIn(datagram: Uint8Array, at: number, tag: number) {
  const outer = elementAt(datagram, at, datagram.length, tag);
  if (outer === null) return null;
  const inner = elementAt(datagram, outer.start, outer.end, INTEGER);
  const value = inner && smallInteger(datagram, inner);
  return value === null ? null : { value, end: outer.end };
}

/** The realm in the body, which comes behind the type and maybe other data. */
function factsOf(datagram: Uint8Array, at: number): Facts {
  const { length } = datagram;
  const padata = elementAt(datagram, at, length, field(3));
  const bodyAt = padata === null ? at : padata.end;
  const outer = elementAt(datagram, bodyAt, length, field(4));
  const body = outer && elementAt(datagram, outer.start, outer.end, SEQUENCE);
  if (!body) return {};
  for (let next = body.start; next < body.end;) {
    const part = elementAt(datagram, next, body.end);
    if (part === null) break;
    next = part.end;
    if (part.tag !== field(2)) continue;
    const text = elementAt(datagram, part.start, part.end, GENERAL_STRING);
    if (text === null || text.end - text.start > MAX_REALM_BYTES) break;
    const realm = latin1(datagram.subarray(text.start, text.end));
    return /^[\x21-\x7e]+$/.test(realm) ? { realm } : {};
  }
  return {};
}
