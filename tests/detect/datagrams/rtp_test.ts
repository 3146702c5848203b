import { rtp } from "../../../src/detect/datagrams/rtp.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { noise } from "../../support/tcp.ts";
import { be, hex, wire } from "../../support/wire.ts";

function packet(
  sequence: number,
  { first = 0x80, type = 8, source = 0x12345678 } = {},
): Uint8Array {
  return wire(
    first,
    type,
    be(sequence, 2),
    be(160 * sequence, 4),
    be(source, 4),
    noise(160, sequence + 1),
  );
}

testDatagramDetector(rtp, {
  positive: [
    {
      name: "two packets",
      datagrams: [packet(7), packet(8)],
      facts: { payload_type: 8 },
    },
    {
      name: "a packet that was overtaken, the marker",
      datagrams: [packet(9, { type: 0xe0 }), packet(7, { type: 96 })],
      facts: { payload_type: 96 },
    },
    {
      name: "sequence numbers that begin anew",
      datagrams: [packet(65535), packet(1)],
      facts: { payload_type: 8 },
    },
    {
      name: "another source in between",
      datagrams: [packet(7), packet(40, { source: 5 }), packet(9)],
      facts: { payload_type: 8 },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "RTCP", datagrams: [wire(hex("80c9 0001"), noise(20, 1))] },
    { name: "version 1", datagrams: [packet(7, { first: 0x40 })] },
    {
      name: "sources that do not fit",
      datagrams: [packet(7, { first: 0x8f }).subarray(0, 60)],
    },
    {
      name: "three sources",
      datagrams: [1, 2, 3].map((source) => packet(source, { source })),
    },
    {
      name: "numbers far from each other",
      datagrams: [packet(1), packet(100), packet(200)],
    },
    { name: "a packet again", datagrams: [packet(1), packet(1), packet(1)] },
  ],
});
