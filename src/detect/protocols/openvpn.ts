/**
 * OpenVPN over TCP, by the first packet of a client.
 *
 * Behind the session id, by how the control channel is guarded:
 * - not at all: no acknowledgement (`00`), packet id 0: 14 bytes in all;
 * - tls-auth: HMAC of 16, 20, 28, 32, 48 or 64 bytes, BE32 1, BE32 time, then
 *   the five NUL bytes as above: 22 bytes and the HMAC;
 * - tls-crypt: BE32 1, BE32 time, 32 bytes tag, 5 bytes: 54 bytes;
 * - tls-crypt-v2: the same with opcode 10, then the wrapped key, at most 1024
 *   bytes, whose length stands in its last two bytes.
 *
 * `maxBytes` 1080: that of tls-crypt-v2 with the longest key.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16, be32 } from "../expect.ts";

const HEADER_BYTES = 11;
const RESET_V1 = 1;
const RESET_V2 = 7;
const RESET_V3 = 10;
const PLAIN_BYTES = 14;
const TLS_AUTH_BYTES = 22;
const HMAC_BYTES = [16, 20, 28, 32, 48, 64];
const TLS_CRYPT_BYTES = 54;
/** A key of 256 bytes, its tag and its length; metadata may come to it. */
const MIN_WRAPPED_KEY_BYTES = 290;
const MAX_WRAPPED_KEY_BYTES = 1024;
/** Says that the client can negotiate early (OpenVPN 2.6). */
const EARLY_NEGOTIATION = 0x0f000000;

/** Lengths of a reset of version 1 or 2. */
const RESET_LENGTHS = new Set([
  PLAIN_BYTES,
  TLS_CRYPT_BYTES,
  ...HMAC_BYTES.map((bytes) => TLS_AUTH_BYTES + bytes),
]);

const MATCH_V1 = match({ opcode: RESET_V1 });
const MATCH_V2 = match({ opcode: RESET_V2 });
const MATCH_V3 = match({ opcode: RESET_V3 });

/** Recognises an OpenVPN client on TCP. */
export const openvpn: Detector = {
  name: "OPENVPN",
  summary: "OpenVPN over TCP, by the client's reset packet",
  maxBytes: 2 + TLS_CRYPT_BYTES + MAX_WRAPPED_KEY_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "BE16 length, `38` (hard reset, version 2) or `50` (version 3, with a wrapped key), 8 bytes of session id; the rest by tls-auth, tls-crypt or neither",
    facts: { opcode: "a number: 7, or 10 with tls-crypt-v2" },
    source: [
      {
        text: "OpenVPN Wire Protocol (draft) §4",
        url: "https://openvpn.github.io/openvpn-rfc/openvpn-wire-protocol.html",
      },
    ],
    stance: [
      "Strict: every length and counter is checked. Resets of servers and obfuscated traffic are not matched.",
      "A DNS query can have the same length and `38` in its id; if bytes 6 to 9 are `00 01 00 00` (one question, no answer), it is not OpenVPN.",
      "Opcode 1 is a hard reset of key method 1, which clients up to 2.4 send.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    if (view[0]! > 4) return NO;
    if (view.length < 2) return more(2);
    const length = be16(view, 0);
    if (!isLengthOf(RESET_V2, length) && !isLengthOf(RESET_V3, length)) {
      return NO;
    }
    if (view.length < 3) return more(3);
    const opcode = view[2]! >> 3;
    if ((view[2]! & 7) !== 0 || !isLengthOf(opcode, length)) return NO;
    if (view.length < HEADER_BYTES) return more(HEADER_BYTES);
    if (!isSession(view)) return NO;
    if (view.length < 2 + length) return more(2 + length);
    if (opcode === RESET_V3) return isWrapped(view, length) ? MATCH_V3 : NO;
    if (!isReset(view, length)) return NO;
    return opcode === RESET_V1 ? MATCH_V1 : MATCH_V2;
  },
};

function isLengthOf(opcode: number, length: number): boolean {
  if (opcode === RESET_V1) {
    return length !== TLS_CRYPT_BYTES && RESET_LENGTHS.has(length);
  }
  if (opcode === RESET_V2) return RESET_LENGTHS.has(length);
  return opcode === RESET_V3 &&
    length >= TLS_CRYPT_BYTES + MIN_WRAPPED_KEY_BYTES &&
    length <= TLS_CRYPT_BYTES + MAX_WRAPPED_KEY_BYTES;
}

/** Whether the session id is one: not zero, and no header of a DNS query. */
function isSession(view: Uint8Array): boolean {
  if (be32(view, 6) === 0x00010000) return false;
  return be32(view, 3) !== 0 || be32(view, 7) !== 0;
}

function isReset(view: Uint8Array, length: number): boolean {
  if (length === TLS_CRYPT_BYTES && isFirst(be32(view, HEADER_BYTES))) {
    return true;
  }
  const end = 2 + length;
  const hasTail = view[end - 5] === 0 && be32(view, end - 4) === 0;
  return hasTail && (length === PLAIN_BYTES || isFirst(be32(view, end - 13)));
}

/** Whether a counter of the control channel is that of a first packet. */
function isFirst(counter: number): boolean {
  return counter === 1 || counter === EARLY_NEGOTIATION + 1;
}

function isWrapped(view: Uint8Array, length: number): boolean {
  const end = 2 + length;
  const keyLength = be16(view, end - 2);
  return isFirst(be32(view, HEADER_BYTES)) &&
    keyLength === length - TLS_CRYPT_BYTES;
}
