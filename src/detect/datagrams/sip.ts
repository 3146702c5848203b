/**
 * SIP over UDP, by the request line of the first message.
 *
 * Clients keep their way through a NAT open with datagrams of line ends or NUL
 * bytes (RFC 5626 §3.5.1 has them for TCP; many phones send them over UDP), which
 * may be the first that comes: the next one is waited for.
 *
 * `maxDatagrams` 3: two of those, and a message.
 *
 * @module
 */
import { type DatagramDetector, moreDatagrams, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { MAX_METHOD_BYTES } from "../protocols/http_request.ts";
import { sip as sipOverTcp } from "../protocols/sip.ts";
import { decideWhole } from "./first_datagram.ts";

const MAX_DATAGRAMS = 3;
const MAX_KEEP_ALIVE_BYTES = 4;
const SP = 0x20;
const NUL = 0x00;
const CR = 0x0d;
const LF = 0x0a;

/** Recognises a SIP client on UDP. */
export const sip: DatagramDetector = {
  name: "SIP",
  transport: "udp",
  summary: "SIP 2.0 over UDP, by the request line",
  maxDatagrams: MAX_DATAGRAMS,
  rules: sipOverTcp.rules,
  docs: {
    ...sipOverTcp.docs!,
    firstBytes: "method SP URI SP `SIP/2.0` CRLF, or `SIP/2.0` SP status SP",
    source: [rfc(3261, "7.1"), rfc(3261, "18.1.1")],
    stance: [
      "Strict, as over TCP. Up to two datagrams of at most four line ends or NUL bytes, which phones send to keep a NAT entry, are skipped.",
    ],
  },
  detect(datagrams, state) {
    const end = Math.min(datagrams.length, MAX_DATAGRAMS);
    for (let i = 0; i < end; i++) {
      const datagram = datagrams[i]!;
      if (isKeepAlive(datagram)) continue;
      return hasFirstWord(datagram)
        ? decideWhole(sipOverTcp, datagram, state)
        : NO;
    }
    return end < MAX_DATAGRAMS ? moreDatagrams(datagrams) : NO;
  },
};

/** Whether a space ends a word of the length of a method, or of the version. */
function hasFirstWord(datagram: Uint8Array): boolean {
  const end = datagram.indexOf(SP);
  return end > 0 && end <= MAX_METHOD_BYTES;
}

/** Whether a datagram is of NUL bytes, or of line ends, and not more than four. */
function isKeepAlive(datagram: Uint8Array): boolean {
  const { length } = datagram;
  if (length === 0 || length > MAX_KEEP_ALIVE_BYTES) return false;
  const isNul = datagram[0] === NUL;
  for (let at = 0; at < length; at++) {
    const byte = datagram[at];
    if (isNul ? byte !== NUL : byte !== CR && byte !== LF) return false;
  }
  return true;
}
