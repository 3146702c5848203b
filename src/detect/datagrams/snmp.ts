/**
 * SNMP, by the first message.
 *
 * Wire: a sequence of the version, then for 1 and 2c the community and a PDU (RFC
 * 1157 §4, RFC 1901 §3), for 3 the header data, the security parameters and the
 * scoped PDU, which may be encrypted (RFC 3412 §6).
 *
 * @module
 */
import { type DatagramDetector, match, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { textWord } from "../rule_grammar.ts";
import { elementAt, smallInteger } from "./ber_message.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
/** Requests, traps and reports: what may come first. */
const PDUS = [0xa0, 0xa1, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8];
const VERSIONS: Readonly<Record<number, string>> = { 0: "1", 1: "2c", 3: "3" };
const VERSION_3 = 3;

/** Recognises an SNMP client, or an agent that sends a trap. */
export const snmp: DatagramDetector = firstDatagramDetector({
  name: "SNMP",
  summary: "SNMP, by the first message",
  rules: {
    VERSION: textWord("version", {
      pattern: /^(?:1|2c|3)$/,
      expected: 'a version of SNMP: "1", "2c" or "3"',
    }, { example: "3", exact: true }),
  },
  docs: {
    firstBytes:
      "a sequence (`30`, BER length) of the version (`02 01 00`, `01` or `03`); for 1 and 2c the community (`04`) and a PDU (`a0..a8`), for 3 a sequence, an octet string and the rest",
    facts: { version: "`1`, `2c` or `3`" },
    source: [rfc(1157, "4"), rfc(1901, "3"), rfc(3412, "6")],
    stance: [
      "Strict: the sequence must fill the datagram, and the PDU the sequence. LDAP's messages have a message id and a request, Kerberos' begin with `6a` or `6c`.",
    ],
  },
}, (datagram) => {
  if (datagram[0] !== SEQUENCE) return NO;
  const { length } = datagram;
  const message = elementAt(datagram, 0, length, SEQUENCE);
  if (message?.end !== length) return NO;
  const number = elementAt(datagram, message.start, length, INTEGER);
  if (number === null) return NO;
  const version = VERSIONS[smallInteger(datagram, number) ?? -1];
  if (version === undefined) return NO;
  const isWhole = datagram[number.start] === VERSION_3
    ? isVersion3(datagram, number.end)
    : isCommunityMessage(datagram, number.end);
  return isWhole ? match({ version }) : NO;
});

function isCommunityMessage(datagram: Uint8Array, at: number): boolean {
  const { length } = datagram;
  const community = elementAt(datagram, at, length, OCTET_STRING);
  return community !== null &&
    elementAt(datagram, community.end, length, ...PDUS)?.end === length;
}

function isVersion3(datagram: Uint8Array, at: number): boolean {
  const { length } = datagram;
  const header = elementAt(datagram, at, length, SEQUENCE);
  if (header === null) return false;
  const id = elementAt(datagram, header.start, header.end, INTEGER);
  const size = id && elementAt(datagram, id.end, header.end, INTEGER);
  const flags = size && elementAt(datagram, size.end, header.end, OCTET_STRING);
  if (flags === null) return false;
  const security = elementAt(datagram, header.end, length, OCTET_STRING);
  const data = security &&
    elementAt(datagram, security.end, length, SEQUENCE, OCTET_STRING);
  return data?.end === length;
}
