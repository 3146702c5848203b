import { radius } from "../../../src/detect/datagrams/radius.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { noise } from "../../support/tcp.ts";
import { be, wire } from "../../support/wire.ts";

/** An attribute. */
function attribute(type: number, value: string | Uint8Array): Uint8Array {
  return wire(type, 2 + value.length, value);
}

const USER = attribute(1, "bob");

function request(
  code: number,
  attributes = USER,
  length = 20 + attributes.length,
): Uint8Array {
  return wire(code, 7, be(length, 2), noise(16, 1), attributes);
}

testDatagramDetector(radius, {
  positive: [
    {
      name: "an Access-Request",
      datagrams: [request(1, wire(USER, attribute(2, noise(16, 2))))],
      facts: { request: "access" },
    },
    {
      name: "an Accounting-Request",
      datagrams: [request(4)],
      facts: { request: "accounting" },
    },
    {
      name: "a CoA-Request",
      datagrams: [request(43)],
      facts: { request: "change_of_authorization" },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "an answer", datagrams: [request(2)] },
    { name: "no attribute", datagrams: [request(1, wire())] },
    { name: "another length", datagrams: [request(1, USER, 26)] },
    {
      name: "an attribute that ends behind it",
      datagrams: [request(1, USER.with(1, 6))],
    },
    { name: "an attribute of a byte", datagrams: [request(1, wire(1, 1, 2))] },
    { name: "attribute 0", datagrams: [request(1, attribute(0, "x"))] },
  ],
});
