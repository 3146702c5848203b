/**
 * LDAP, by the first request.
 *
 * Clients need not bind first (RFC 4511 §4.2), and Active Directory's start with
 * a search.
 *
 * `maxBytes` 8192: up to the field behind the longest name that is taken.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { type Element, readElement } from "./ber.ts";
import { detectRequest, REQUEST_TAGS } from "./ldap_request.ts";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const MAX_ID_BYTES = 4;
/** Message id, tag and length of the request. */
const MIN_BODY_BYTES = 5;

/** Recognises an LDAP client. */
export const ldap: Detector = {
  name: "LDAP",
  summary: "LDAP, by the first request",
  maxBytes: 8192,
  rules: {},
  docs: {
    firstBytes:
      "a sequence (`30`, BER length) of the message id (`02`, 1 to 4 bytes, not negative) and a request: bind (`60`), search (`63`), extended (`77`, such as StartTLS) or one of the rest",
    facts: {},
    source: [rfc(4511, "4.1.1"), rfc(4511, "4.2"), rfc(4511, "5.1")],
    stance: [
      "Strict: the first fields of the request are parsed, and every length must fit into the enclosing one.",
      "SNMP over TCP, keys and certificates are sequences with an integer, too; the tag after it differs (`04`, `30`, `02`). Kerberos starts with a BE32 length.",
      "Tinc and Git also start with `30`, the digit 0; the next byte, taken as a length, does not lead to `02`.",
    ],
  },
  detect(view) {
    if (view.length > 0 && view[0] !== SEQUENCE) return NO;
    const message = readElement(view, 0, Infinity, SEQUENCE);
    if (message.kind !== "element") return message;
    if (message.end - message.start < MIN_BODY_BYTES) return NO;
    const id = readElement(view, message.start, message.end, INTEGER);
    if (id.kind !== "element") return id;
    if (!isIdLength(id)) return NO;
    if (id.start >= view.length) return more(id.start + 1);
    if (view[id.start]! >= 0x80) return NO;
    const request = readElement(view, id.end, message.end, ...REQUEST_TAGS);
    if (request.kind !== "element") return request;
    return detectRequest(view, request) ?? match({});
  },
};

function isIdLength(id: Element): boolean {
  const length = id.end - id.start;
  return length > 0 && length <= MAX_ID_BYTES;
}
