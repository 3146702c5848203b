/**
 * L2TP, by the request for a control connection.
 *
 * Wire: flags of a control message and version 2, BE16 length of all, tunnel and
 * session 0, sequence numbers 0, and attributes, of which the first is the message
 * type, Start-Control-Connection-Request (RFC 2661 §3.1, §4.1, §6.1).
 *
 * @module
 */
import { type DatagramDetector, match, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16, be32 } from "../expect.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const HEADER_BYTES = 12;
/** Control message, length and sequence numbers are there; version 2. */
const FLAGS = 0xc802;
/** Mandatory, 8 bytes, vendor 0; attribute 0 (message type), its value 1. */
const FIRST_ATTRIBUTE = [0x80080000, 0x00000001];

const MATCH = match({});

/** Recognises an L2TP client. */
export const l2tp: DatagramDetector = firstDatagramDetector({
  name: "L2TP",
  summary: "L2TP version 2, by the request for a control connection",
  rules: {},
  docs: {
    firstBytes:
      "`c8 02`, BE16 length, 8 NUL bytes, `80 08 00 00 00 00 00 01`, attributes",
    facts: {},
    source: [rfc(2661, "3.1"), rfc(2661, "6.1")],
    stance: [
      "Strict: the length must be that of the datagram, and the first attribute that of the request. L2TP inside IPsec cannot be detected.",
    ],
  },
}, (datagram) => {
  const { length } = datagram;
  if (length < HEADER_BYTES + 8 || be16(datagram, 0) !== FLAGS) return NO;
  const isFirst = be16(datagram, 2) === length &&
    be32(datagram, 4) === 0 && be32(datagram, 8) === 0 &&
    FIRST_ATTRIBUTE.every((word, i) =>
      be32(datagram, HEADER_BYTES + 4 * i) === word
    );
  return isFirst ? MATCH : NO;
});
