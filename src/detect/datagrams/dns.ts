/**
 * DNS over UDP, by the first message.
 *
 * A message is the same as over TCP, without the length before it (RFC 1035
 * §4.2.1).
 *
 * @module
 */
import { type DatagramDetector, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16, be32 } from "../expect.ts";
import { dns as dnsOverTcp } from "../protocols/dns.ts";
import {
  decideWhole,
  firstDatagramDetector,
  withLength,
} from "./first_datagram.ts";

/** A header and the shortest question: the root's name, type and class. */
const MIN_BYTES = 17;
const HEADER_END = 12;
const QUESTIONS_AT = 4;
const QR = 0x80;
/** A NetBIOS name, as one label of 32 letters, and the types that ask for it. */
const NETBIOS_LABEL_BYTES = 32;
const NETBIOS_TYPES = [32, 33];
const INVERSE_QUERY = 1;

/** Recognises a DNS client on UDP. */
export const dns: DatagramDetector = firstDatagramDetector({
  name: "DNS",
  summary: "DNS over UDP, by the first message",
  rules: dnsOverTcp.rules,
  docs: {
    firstBytes:
      "id, flags with QR, TC, Z and RCODE 0 and opcode 0 (query), 4 (NOTIFY) or 5 (UPDATE), four BE16 counts, the question, records",
    facts: dnsOverTcp.docs!.facts,
    source: [rfc(1035, "4.1"), rfc(1035, "4.2.1"), rfc(6891), rfc(4795, "2.1")],
    stance: [
      "Strict: questions and records must fill the datagram to its last byte.",
      "LLMNR has the same format; only its port differs. Not matched: multicast DNS (id and flags 0), NetBIOS names (32 letters, type 32 or 33), and inverse queries, which RFC 3425 made obsolete.",
    ],
  },
}, (datagram, state) => {
  if (datagram.length < MIN_BYTES || (datagram[2]! & QR) !== 0) return NO;
  if (be16(datagram, QUESTIONS_AT) !== 1) return NO;
  if (((datagram[2]! >> 3) & 15) === INVERSE_QUERY) return NO;
  if (be32(datagram, 0) === 0 || isNetbios(datagram)) return NO;
  return decideWhole(dnsOverTcp, withLength(datagram), state);
});

function isNetbios(datagram: Uint8Array): boolean {
  const typeAt = HEADER_END + 1 + NETBIOS_LABEL_BYTES + 1;
  return datagram[HEADER_END] === NETBIOS_LABEL_BYTES &&
    datagram.length >= typeAt + 2 &&
    NETBIOS_TYPES.includes(be16(datagram, typeAt)) &&
    datagram.subarray(HEADER_END + 1, typeAt - 1).every(isNetbiosLetter);
}

/** Half a byte of a NetBIOS name, from A to P (RFC 1001 §14.1). */
function isNetbiosLetter(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x50;
}
