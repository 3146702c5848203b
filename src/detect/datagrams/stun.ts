/**
 * STUN and TURN over UDP, by the first message.
 *
 * Wire: BE16 type, BE16 length of the attributes, the magic cookie, 12 bytes of
 * transaction id, attributes (RFC 8489 §5). Clients of RFC 3489 have 16 bytes of
 * transaction id in place of cookie and id.
 *
 * @module
 */
import { type DatagramDetector, type Facts, match, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16, be32 } from "../expect.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const HEADER_BYTES = 20;
const COOKIE = 0x2112a442;
const ATTRIBUTE_HEADER_BYTES = 4;
const BINDING_REQUEST = 1;

/** Methods by the type of a request or an indication (RFC 8489, 8656). */
const METHODS: Readonly<Record<number, string>> = {
  0x0001: "binding",
  0x0003: "allocate",
  0x0004: "refresh",
  0x0008: "create_permission",
  0x0009: "channel_bind",
  0x0011: "binding",
  0x0016: "send",
};

/** Recognises a STUN or TURN client on UDP. */
export const stun: DatagramDetector = firstDatagramDetector({
  name: "STUN",
  summary: "STUN and TURN over UDP, by the first message",
  rules: {},
  docs: {
    firstBytes:
      "BE16 type, BE16 length of the attributes, `21 12 a4 42`, 12 bytes of transaction id, attributes; a binding request of RFC 3489 has no `21 12 a4 42`",
    facts: {
      method:
        "`binding`, `allocate`, `refresh`, `create_permission`, `channel_bind` or `send`; absent for others",
    },
    source: [rfc(8489, "5"), rfc(8656), rfc(3489, "11.1"), rfc(9443)],
    stance: [
      "Strict: the attributes must fill the datagram. With the magic cookie any message matches, because either side of a call can send first; without it only a binding request with at least one attribute.",
    ],
  },
}, (datagram) => {
  const { length } = datagram;
  if (length < HEADER_BYTES || datagram[0]! > 0x3f) return NO;
  if (be16(datagram, 2) !== length - HEADER_BYTES || !areFilled(datagram)) {
    return NO;
  }
  const type = be16(datagram, 0);
  if (be32(datagram, 4) === COOKIE) return match(factsOf(type));
  return type === BINDING_REQUEST && length > HEADER_BYTES
    ? match(factsOf(type))
    : NO;
});

function factsOf(type: number): Facts {
  const method = METHODS[type];
  return method === undefined ? {} : { method };
}

/** Whether attributes fill a message; some leave the last one without padding. */
function areFilled(message: Uint8Array): boolean {
  let at = HEADER_BYTES;
  while (at + ATTRIBUTE_HEADER_BYTES <= message.length) {
    const end = at + ATTRIBUTE_HEADER_BYTES + be16(message, at + 2);
    if (end === message.length) return true;
    at = (end + 3) & ~3;
  }
  return at === message.length;
}
