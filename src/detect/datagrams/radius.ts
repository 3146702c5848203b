/**
 * RADIUS, by the first request.
 *
 * Wire: code, identifier, BE16 length of all, 16 bytes of authenticator, attributes
 * of type, length and value (RFC 2865 §3, §5).
 *
 * @module
 */
import { type DatagramDetector, match, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16 } from "../expect.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const HEADER_BYTES = 20;
const MAX_BYTES = 4096;
const MIN_ATTRIBUTE_BYTES = 2;

/** What is asked, by the code of a request (RFC 2865, 2866, 5176, 5997). */
const REQUESTS: Readonly<Record<number, string>> = {
  1: "access",
  4: "accounting",
  12: "status",
  40: "disconnect",
  43: "change_of_authorization",
};

/** Recognises a RADIUS client. */
export const radius: DatagramDetector = firstDatagramDetector({
  name: "RADIUS",
  summary: "RADIUS, by the first request",
  rules: {},
  docs: {
    firstBytes:
      "`01`, `04`, `0c`, `28` or `2b`, identifier, BE16 length, 16 bytes of authenticator, attributes",
    facts: {
      request:
        "`access`, `accounting`, `status`, `disconnect` or `change_of_authorization`",
    },
    source: [rfc(2865, "3"), rfc(2866, "3"), rfc(5176, "2.3"), rfc(5997, "3")],
    stance: [
      "Strict: the length must be that of the datagram, and at least one attribute must fill it. A STUN binding request of RFC 3489 has `00` first.",
    ],
  },
}, (datagram) => {
  const { length } = datagram;
  if (length <= HEADER_BYTES || length > MAX_BYTES) return NO;
  const request = REQUESTS[datagram[0]!];
  if (request === undefined || be16(datagram, 2) !== length) return NO;
  for (let at = HEADER_BYTES; at < length;) {
    const size = datagram[at + 1] ?? 0;
    if (datagram[at] === 0 || size < MIN_ATTRIBUTE_BYTES) return NO;
    at += size;
    if (at > length) return NO;
  }
  return match({ request });
});
