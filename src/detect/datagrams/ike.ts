/**
 * IKE, by the first message of an initiator.
 *
 * Wire: initiator's SPI, responder's SPI, which is 0 in a first message, next
 * payload, version, exchange type, flags, message id 0 and BE32 length of all (RFC
 * 7296 §3.1, RFC 2408 §3.1). Where IKE and ESP share a port, four NUL bytes tell
 * IKE (RFC 3948 §2.2).
 *
 * @module
 */
import { type DatagramDetector, match, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be32 } from "../expect.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const HEADER_BYTES = 28;
const MARKER_BYTES = 4;
const SPI_BYTES = 8;
const VERSION_1 = 0x10;
const VERSION_2 = 0x20;
/** Base, main and aggressive exchange, which begin a session of version 1. */
const FIRST_EXCHANGES_OF_1 = [1, 2, 4];
/** IKE_SA_INIT, and IKE_SESSION_RESUME (RFC 5723). */
const FIRST_EXCHANGES_OF_2 = [34, 38];
/** In a first message of version 2, the initiator's flag alone. */
const INITIATOR = 0x08;

/** Recognises an IKE initiator. */
export const ike: DatagramDetector = firstDatagramDetector({
  name: "IKE",
  summary: "IKE (IPsec), by the first message of an initiator",
  rules: {},
  docs: {
    firstBytes:
      "optionally `00 00 00 00`; 8 bytes of SPI, 8 NUL bytes, next payload, `10` or `20`, exchange type, flags, BE32 0, BE32 length",
    facts: { version: "a number: 1 or 2" },
    source: [rfc(7296, "3.1"), rfc(2408, "3.1"), rfc(3948, "2.2")],
    stance: [
      "Strict: SPIs, exchange, flags, message id and length must be those of a first message. ESP in UDP is not matched; it is encrypted from its first byte.",
    ],
  },
}, (datagram) => {
  const { length } = datagram;
  if (length < HEADER_BYTES) return NO;
  const at = isZero(datagram, 0, MARKER_BYTES) ? MARKER_BYTES : 0;
  if (length < at + HEADER_BYTES) return NO;
  if (isZero(datagram, at, SPI_BYTES)) return NO;
  if (!isZero(datagram, at + SPI_BYTES, SPI_BYTES)) return NO;
  const version = datagram[at + 17]!;
  const exchange = datagram[at + 18]!;
  const flags = datagram[at + 19]!;
  const isFirst = version === VERSION_2
    ? FIRST_EXCHANGES_OF_2.includes(exchange) && flags === INITIATOR
    : version === VERSION_1 && FIRST_EXCHANGES_OF_1.includes(exchange) &&
      flags === 0;
  return isFirst && be32(datagram, at + 20) === 0 &&
      be32(datagram, at + 24) === length - at
    ? match({ version: version >> 4 })
    : NO;
});

/** Whether so many bytes are 0. */
function isZero(datagram: Uint8Array, from: number, count: number): boolean {
  for (let at = from; at < from + count; at++) {
    if (datagram[at] !== 0) return false;
  }
  return true;
}
