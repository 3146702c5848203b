/**
 * OpenVPN over UDP, by the first packet of a client.
 *
 * A packet is the same as over TCP, without the length before it.
 *
 * @module
 */
import { type DatagramDetector, NO } from "../detector.ts";
import { openvpn as openvpnOverTcp } from "../protocols/openvpn.ts";
import {
  decideWhole,
  firstDatagramDetector,
  withLength,
} from "./first_datagram.ts";

const MIN_BYTES = 14;
/** Hard resets of versions 1, 2 and 3, with key 0. */
const RESETS: readonly number[] = [0x08, 0x38, 0x50];

/** Recognises an OpenVPN client on UDP. */
export const openvpn: DatagramDetector = firstDatagramDetector({
  name: "OPENVPN",
  summary: "OpenVPN over UDP, by the client's reset packet",
  rules: openvpnOverTcp.rules,
  docs: {
    ...openvpnOverTcp.docs!,
    firstBytes:
      "`38` (hard reset, version 2) or `50` (version 3, with a wrapped key), 8 bytes of session id; the rest by tls-auth, tls-crypt or neither",
    stance: [
      "Strict: the length of the datagram and every counter are checked. Resets of servers and obfuscated traffic are not matched.",
      "Opcode 1 is a hard reset of key method 1, which clients up to 2.4 send.",
    ],
  },
}, (datagram, state) => {
  const { length } = datagram;
  if (length < MIN_BYTES || length > openvpnOverTcp.maxBytes) return NO;
  if (!RESETS.includes(datagram[0]!)) return NO;
  return decideWhole(openvpnOverTcp, withLength(datagram), state);
});
