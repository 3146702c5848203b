/**
 * NTP, by the first request.
 *
 * Wire: 48 bytes of header, maybe extension fields, maybe a key id and a digest (RFC
 * 5905 §7.3, §7.5). Many clients leave all but the transmit time at 0, and put a
 * random number there, so that a server learns nothing of them.
 *
 * @module
 */
import { type DatagramDetector, match, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16, be32 } from "../expect.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const HEADER_BYTES = 48;
const CONTROL_HEADER_BYTES = 12;
const SYMMETRIC_ACTIVE = 1;
const CLIENT = 3;
const CONTROL = 6;
const MODES: Readonly<Record<number, string>> = {
  [SYMMETRIC_ACTIVE]: "symmetric",
  [CLIENT]: "client",
};
const MIN_VERSION = 1;
const MAX_VERSION = 4;
const MAX_STRATUM = 16;
const MAX_POLL = 17;
/** Precision is a power of two below a second; 0 and 32 say nothing. */
const MIN_PRECISION = 0xe0;
const NO_PRECISION = [0, 32];
const MIN_EXTENSION_BYTES = 16;
/** Behind the rest: nothing, or a key id with a digest of MD5 or SHA-1. */
const TAILS = [0, 20, 24];
/** Reference, origin and receive time. The transmit time may be anything. */
const TIMES_AT = [16, 24, 32];

/** Recognises an NTP client. */
export const ntp: DatagramDetector = firstDatagramDetector({
  name: "NTP",
  summary: "NTP, by the first request",
  rules: {},
  docs: {
    firstBytes:
      "leap indicator, version 1 to 4 and mode 3 (client) or 1 (symmetric active) in one byte, stratum, poll, precision, 44 bytes more; or mode 6 (control), operation, and 10 bytes more",
    facts: {
      version: "a number: 1 to 4",
      mode: "`client`, `symmetric` or `control`",
    },
    source: [rfc(5905, "7.3"), rfc(4330, "4"), rfc(9327, "2")],
    stance: [
      "Strict: every field must be one that a client can have: stratum up to 16, poll up to 17, precision 0, 32 or below a second, delay and dispersion below 256 seconds, times at 0 or between 1968 and 2036. Extension fields and a digest must fill the rest.",
      "A control message (mode 6, which `ntpq` sends) must be a request that fills the datagram; private messages (mode 7) are not matched.",
    ],
  },
}, (datagram) => {
  if (datagram.length < CONTROL_HEADER_BYTES) return NO;
  const mode = datagram[0]! & 7;
  const version = (datagram[0]! >> 3) & 7;
  if (version < MIN_VERSION || version > MAX_VERSION) return NO;
  switch (mode) {
    case CLIENT:
    case SYMMETRIC_ACTIVE:
      return isHeader(datagram) && isRest(datagram)
        ? match({ version, mode: MODES[mode]! })
        : NO;
    case CONTROL:
      return isControl(datagram) ? match({ version, mode: "control" }) : NO;
    default:
      return NO;
  }
});

/** A request of `ntpq` (RFC 9327 §2): header, and data up to a word's end. */
function isControl(datagram: Uint8Array): boolean {
  const count = be16(datagram, 10);
  const operation = datagram[1]!;
  return datagram[0]! >> 6 === 0 && operation > 0 && operation < 32 &&
    be16(datagram, 8) === 0 &&
    datagram.length === CONTROL_HEADER_BYTES + ((count + 3) & ~3);
}

function isHeader(datagram: Uint8Array): boolean {
  if (datagram.length < HEADER_BYTES) return false;
  const precision = datagram[3]!;
  return datagram[1]! <= MAX_STRATUM && datagram[2]! <= MAX_POLL &&
    (NO_PRECISION.includes(precision) || precision >= MIN_PRECISION) &&
    datagram[4] === 0 && datagram[8] === 0 &&
    TIMES_AT.every((at) => datagram[at]! >= 0x80 || be32(datagram, at) === 0);
}

/** Whether extension fields and a digest fill what is behind the header. */
function isRest(datagram: Uint8Array): boolean {
  let at = HEADER_BYTES;
  while (!TAILS.includes(datagram.length - at)) {
    const end = at + (at + 4 <= datagram.length ? be16(datagram, at + 2) : 0);
    if (end < at + MIN_EXTENSION_BYTES || end > datagram.length) return false;
    at = end;
  }
  return true;
}
