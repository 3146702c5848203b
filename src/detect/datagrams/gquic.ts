/**
 * Google's QUIC, as it was before the IETF's.
 *
 * Wire: up to Q043, a byte of flags (version, connection id), the id of 8 bytes,
 * `Q0` and two digits, and the packet number, whose length the flags have; then a
 * hash or a nonce and the first handshake message. From Q046 on a header whose
 * first byte has the two highest bits set, the version, and the lengths of the
 * ids, of which the client's is 8 bytes long.
 *
 * @module
 */
import { type DatagramDetector, match, NO } from "../detector.ts";
import { be32 } from "../expect.ts";

/** Flags of the old header: a version follows the connection id. */
const HAS_VERSION = 0x01;
const HAS_ID = 0x08;
const UNUSED = 0x82;
const OLD_VERSION_AT = 9;
const OLD = [0x51];
const OLD_AND_NEW = [0x51, 0x54];
/** A client's first packet is padded to so many bytes at least. */
const MIN_BYTES = 1000;

/** Recognises a client of Google's QUIC. */
export const gquic: DatagramDetector = {
  name: "GQUIC",
  transport: "udp",
  summary: "Google's QUIC before the standard, by its version",
  maxDatagrams: 1,
  rules: {},
  docs: {
    firstBytes:
      "flags with the version and the id bit, 8 bytes of connection id, `Q0` and two digits; from Q046 on `c0..ff` and the version, `Q0` or `T0` and two digits",
    facts: { quic_version: "the version: `Q043`, `T051`" },
    source: [
      {
        text: "QUIC Wire Layout Specification (Google)",
        url:
          "https://docs.google.com/document/d/1WJvyZflAO2pq77yOLbp9NsGjC1CHetAXV8I0fQe-B_U",
      },
    ],
    stance: [
      "Only the version is read, not the hello.",
      "Strict: the version must be one of `Q001` to `Q099` or `T048` to `T099`, and a client's first packet has at least 1000 bytes.",
    ],
  },
  detect(datagrams) {
    const version = versionOf(datagrams[0]!);
    return version === 0 ? NO : match({ quic_version: nameOf(version) });
  },
};

/** Whether a version is one of Google's: `Q` or `T`, `0`, two digits. */
export function isGoogleVersion(version: number): boolean {
  const letter = version >>> 24;
  return OLD_AND_NEW.includes(letter) &&
    ((version >> 16) & 0xff) === 0x30 &&
    isDigit((version >> 8) & 0xff) && isDigit(version & 0xff);
}

/** Google's version that a first datagram has; 0: none. */
function versionOf(datagram: Uint8Array): number {
  if (datagram.length < MIN_BYTES) return 0;
  const flags = datagram[0]!;
  if (flags >= 0xc0) {
    const isIdOf8 = datagram[5] === 8 || datagram[5] === 0x50;
    return isIdOf8 ? googleVersionAt(datagram, 1, OLD_AND_NEW) : 0;
  }
  const isOld = (flags & HAS_VERSION) !== 0 && (flags & HAS_ID) !== 0 &&
    (flags & UNUSED) === 0;
  return isOld ? googleVersionAt(datagram, OLD_VERSION_AT, OLD) : 0;
}

/** The version at a place, when it is one that begins with such a letter. */
function googleVersionAt(
  datagram: Uint8Array,
  at: number,
  letters: readonly number[],
): number {
  if (!letters.includes(datagram[at]!)) return 0;
  const version = be32(datagram, at);
  return isGoogleVersion(version) ? version : 0;
}

function nameOf(version: number): string {
  return String.fromCharCode(
    version >>> 24,
    (version >> 16) & 0xff,
    (version >> 8) & 0xff,
    version & 0xff,
  );
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
