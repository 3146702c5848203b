/**
 * Kerberos over UDP, by the first request.
 *
 * @module
 */
import type { DatagramDetector } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import {
  KERBEROS_RULES,
  readKerberosRequest,
  REALM_FACT,
} from "../protocols/kerberos_request.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

/** Recognises a Kerberos client on UDP. */
export const kerberos: DatagramDetector = firstDatagramDetector({
  name: "KERBEROS",
  summary: "Kerberos over UDP, by the first request",
  rules: KERBEROS_RULES,
  docs: {
    firstBytes:
      "`6a` (AS-REQ) or `6c` (TGS-REQ), BER length, a sequence of `a1 03 02 01 05`, `a2 03 02 01 0a` or `0c`, and the rest",
    facts: { realm: REALM_FACT },
    source: [rfc(4120, "5.4.1"), rfc(4120, "7.2.1")],
    stance: ["Strict: the request must fill the datagram."],
  },
}, readKerberosRequest);
