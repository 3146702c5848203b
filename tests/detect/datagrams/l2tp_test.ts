import { l2tp } from "../../../src/detect/datagrams/l2tp.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

const ATTRIBUTES = hex("8008 0000 0000 0001  8008 0000 0002 0100");

function request(length = 12 + ATTRIBUTES.length): Uint8Array {
  return wire(hex("c802"), be(length, 2), new Uint8Array(8), ATTRIBUTES);
}

testDatagramDetector(l2tp, {
  positive: [{ name: "the request", datagrams: [request()], facts: {} }],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "another length", datagrams: [request(27)] },
    { name: "the reply", datagrams: [request().with(19, 2)] },
    { name: "data", datagrams: [request().with(0, 0x40)] },
    { name: "version 3", datagrams: [request().with(1, 3)] },
    { name: "a tunnel", datagrams: [request().with(5, 1)] },
  ],
});
