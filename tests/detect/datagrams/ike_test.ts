import { ike } from "../../../src/detect/datagrams/ike.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { noise } from "../../support/tcp.ts";
import { be, hex, wire } from "../../support/wire.ts";

/** A message with a payload of 40 bytes. */
function message(
  { version = 0x20, exchange = 34, flags = 8, id = 0, length = 68 } = {},
): Uint8Array {
  return wire(
    noise(8, 1),
    new Uint8Array(8),
    hex("21"),
    wire(version, exchange, flags),
    be(id, 4),
    be(length, 4),
    noise(40, 2),
  );
}

testDatagramDetector(ike, {
  positive: [
    { name: "IKE_SA_INIT", datagrams: [message()], facts: { version: 2 } },
    {
      name: "the main exchange of version 1",
      datagrams: [message({ version: 0x10, exchange: 2, flags: 0 })],
      facts: { version: 1 },
    },
    {
      name: "four NUL bytes before it",
      datagrams: [wire(0, 0, 0, 0, message())],
      facts: { version: 2 },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "IKE_AUTH", datagrams: [message({ exchange: 35 })] },
    { name: "an answer", datagrams: [message({ flags: 0x20 })] },
    { name: "a later message", datagrams: [message({ id: 1 })] },
    { name: "another length", datagrams: [message({ length: 69 })] },
    { name: "version 3", datagrams: [message({ version: 0x30 })] },
    { name: "a responder's SPI", datagrams: [message().with(9, 1)] },
    {
      name: "no SPI",
      datagrams: [wire(new Uint8Array(8), message().subarray(8))],
    },
    { name: "a keep-alive", datagrams: [wire(0xff)] },
    { name: "ESP", datagrams: [wire(hex("12345678 00000001"), noise(80, 3))] },
  ],
});
