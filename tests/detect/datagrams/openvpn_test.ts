import { openvpn } from "../../../src/detect/datagrams/openvpn.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { noise } from "../../support/tcp.ts";
import { be, hex, wire } from "../../support/wire.ts";

const SESSION = noise(8, 1);
const FIRST = wire(be(1, 4), be(1_700_000_000, 4));
/** No acknowledgement, packet id 0. */
const END = new Uint8Array(5);

/** A reset with an HMAC of so many bytes, as tls-auth has it. */
function tlsAuth(hmacBytes: number): Uint8Array {
  return wire(0x38, SESSION, noise(hmacBytes, 2), FIRST, END);
}

/** A reset of tls-crypt-v2 with a wrapped key. */
const WRAPPED = wire(
  0x50,
  SESSION,
  FIRST,
  noise(37, 3),
  wire(noise(288, 4), be(290, 2)),
);

testDatagramDetector(openvpn, {
  positive: [
    {
      name: "a reset that is not guarded",
      datagrams: [wire(0x38, SESSION, END)],
      facts: { opcode: 7 },
    },
    { name: "SHA-1", datagrams: [tlsAuth(20)], facts: { opcode: 7 } },
    { name: "SHA-512", datagrams: [tlsAuth(64)], facts: { opcode: 7 } },
    {
      name: "tls-crypt",
      datagrams: [wire(0x38, SESSION, FIRST, noise(37, 3))],
      facts: { opcode: 7 },
    },
    {
      name: "tls-crypt-v2",
      datagrams: [WRAPPED],
      facts: { opcode: 10 },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    {
      name: "the server's reset",
      datagrams: [wire(0x40, SESSION, hex("01 00000000"), SESSION, END)],
    },
    { name: "another key", datagrams: [wire(0x39, SESSION, END)] },
    { name: "a byte more", datagrams: [wire(0x38, SESSION, END, 0)] },
    { name: "no session", datagrams: [wire(0x38, new Uint8Array(8), END)] },
    {
      name: "a length with it, as over TCP",
      datagrams: [wire(0, 14, 0x38, SESSION, END)],
    },
  ],
});
