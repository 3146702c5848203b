/**
 * LDAP over UDP (CLDAP), by the first request: how clients of Active Directory look
 * for a domain controller.
 *
 * @module
 */
import { type DatagramDetector, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { ldap as ldapOverTcp } from "../protocols/ldap.ts";
import { elementAt } from "./ber_message.ts";
import { decideWhole, firstDatagramDetector } from "./first_datagram.ts";

const SEQUENCE = 0x30;

/** Recognises an LDAP client on UDP. */
export const ldap: DatagramDetector = firstDatagramDetector({
  name: "LDAP",
  summary: "LDAP over UDP, by the first request",
  rules: ldapOverTcp.rules,
  docs: {
    ...ldapOverTcp.docs!,
    source: [
      rfc(4511, "4.1.1"),
      rfc(1798),
      {
        text: "MS-ADTS §6.3.3 (LDAP ping)",
        url:
          "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-adts/895a7744-aff3-4f64-bcfa-f8c05915d2e9",
      },
    ],
    stance: [
      "Strict, as over TCP, and the message must fill the datagram. SNMP has a version and a community, or a sequence, after the first length.",
    ],
  },
}, (datagram, state) => {
  if (datagram[0] !== SEQUENCE) return NO;
  const { length } = datagram;
  return elementAt(datagram, 0, length, SEQUENCE)?.end === length
    ? decideWhole(ldapOverTcp, datagram, state)
    : NO;
});
