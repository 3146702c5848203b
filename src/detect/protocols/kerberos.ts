/**
 * Kerberos over TCP, by the first request.
 *
 * `maxBytes` 16384: up to a realm behind a ticket of usual length.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, needs, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be32 } from "../expect.ts";
import { readElement } from "./ber.ts";
import {
  AS_REQUEST,
  KERBEROS_RULES,
  readKerberosRequest,
  REALM_FACT,
  TGS_REQUEST,
} from "./kerberos_request.ts";

const LENGTH_BYTES = 4;
const SEQUENCE = 0x30;
/** Field 1 of the request, an integer: the version. */
const VERSION = [0xa1, 0x03, 0x02, 0x01, 0x05];
const MIN_REQUEST_BYTES = 40;
const MAX_REQUEST_BYTES = 2 ** 20;
const MAX_BYTES = 16384;
const MATCH = match({});

/** Recognises a Kerberos client on TCP. */
export const kerberos: Detector = {
  name: "KERBEROS",
  summary: "Kerberos over TCP, by the first request",
  maxBytes: MAX_BYTES,
  rules: KERBEROS_RULES,
  docs: {
    firstBytes:
      "BE32 length; `6a` (AS-REQ) or `6c` (TGS-REQ), BER length, a sequence of `a1 03 02 01 05`, `a2 03 02 01 0a` or `0c`, and the rest",
    facts: { realm: `${REALM_FACT}; or the request has more than 16 KiB` },
    source: [rfc(4120, "5.4.1"), rfc(4120, "7.2.2")],
    stance: [
      "Strict: the three lengths agree, and the version is 5. LDAP starts with `30`; an SMB session has `ff` or `fe` after the length.",
      "Password changes (port 464) are not matched.",
    ],
  },
  detect(view, state) {
    for (let at = 0; at < LENGTH_BYTES; at++) {
      if (at === view.length) return more(at + 1);
      if (at === 0 && view[0] !== 0) return NO;
    }
    const length = be32(view, 0);
    if (length < MIN_REQUEST_BYTES || length > MAX_REQUEST_BYTES) return NO;
    const end = LENGTH_BYTES + length;
    const start = readStart(view, end);
    if (start !== null) return start;
    if (end > MAX_BYTES || !needs(state, "realm")) return MATCH;
    return view.length < end
      ? more(end)
      : readKerberosRequest(view.subarray(LENGTH_BYTES, end));
  },
};

/** Looks at the request up to its version; `null`: it is one. */
function readStart(view: Uint8Array, end: number) {
  const at = LENGTH_BYTES;
  const tag = view[at];
  if (tag === undefined) return more(at + 1);
  if (tag !== AS_REQUEST && tag !== TGS_REQUEST) return NO;
  const outer = readElement(view, at, end);
  if (outer.kind !== "element") return outer;
  if (outer.end !== end) return NO;
  if (outer.start === view.length) return more(view.length + 1);
  if (view[outer.start] !== SEQUENCE) return NO;
  const fields = readElement(view, outer.start, end);
  if (fields.kind !== "element") return fields;
  if (fields.end !== end) return NO;
  for (let i = 0; i < VERSION.length; i++) {
    const byte = view[fields.start + i];
    if (byte === undefined) return more(view.length + 1);
    if (byte !== VERSION[i]) return NO;
  }
  return null;
}
