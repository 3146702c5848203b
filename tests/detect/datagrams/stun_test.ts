import { stun } from "../../../src/detect/datagrams/stun.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { noise } from "../../support/tcp.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

const COOKIE = hex("2112a442");
const CHANGE_REQUEST = hex("0003 0004 00000000");

function message(
  type: number,
  attributes = wire(),
  { cookie = COOKIE, length = attributes.length } = {},
): Uint8Array {
  return wire(be(type, 2), be(length, 2), cookie, noise(12, 5), attributes);
}

/** An attribute, without the padding behind it. */
function attribute(type: number, bytes: number): Uint8Array {
  return wire(be(type, 2), vector(2, noise(bytes, type)));
}

testDatagramDetector(stun, {
  positive: [
    {
      name: "a binding request",
      datagrams: [message(1)],
      facts: { method: "binding" },
    },
    {
      name: "an allocation",
      datagrams: [message(3, hex("0019 0004 11000000"))],
      facts: { method: "allocate" },
    },
    {
      name: "attributes with padding",
      datagrams: [message(1, wire(attribute(6, 9), 0, 0, 0, CHANGE_REQUEST))],
      facts: { method: "binding" },
    },
    {
      name: "a last attribute without padding",
      datagrams: [message(3, attribute(0x4000, 102))],
      facts: { method: "allocate" },
    },
    {
      name: "a response, which a peer may send first",
      datagrams: [message(0x0101, attribute(0x20, 8))],
      facts: {},
    },
    {
      name: "a binding request of RFC 3489",
      datagrams: [message(1, CHANGE_REQUEST, { cookie: noise(4, 3) })],
      facts: { method: "binding" },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    {
      name: "another cookie",
      datagrams: [message(1, wire(), { cookie: noise(4, 3) })],
    },
    { name: "another length", datagrams: [message(1, wire(), { length: 4 })] },
    { name: "a byte behind it", datagrams: [wire(message(1), 0)] },
    { name: "channel data", datagrams: [message(0x4001)] },
    {
      name: "an attribute that ends behind the message",
      datagrams: [message(1, attribute(6, 8).with(3, 12))],
    },
    {
      name: "another request of RFC 3489",
      datagrams: [message(2, CHANGE_REQUEST, { cookie: noise(4, 3) })],
    },
  ],
});
