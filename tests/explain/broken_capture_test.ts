import { assert, assertEquals, assertMatch } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import {
  bytesOfFlow,
  ENDS_V6,
  fromClient,
  handshake,
  packetsOf,
  readCapture,
} from "../support/flows.ts";
import { replace, splice } from "../../src/testing/mutate.ts";
import { LinkType } from "../support/packet_writer.ts";
import { pcap, pcapng, pcapngBlock } from "../support/pcap_writer.ts";
import { bytesOf, textOf } from "../support/tcp.ts";
import { hex, wire } from "../support/wire.ts";

const HELLO = [
  ...handshake(100),
  fromClient(101, bytesOf("hel")),
  fromClient(104, bytesOf("lo")),
];

Deno.test("captures: cut anywhere, what could be read is given, with the place", async () => {
  const packets = packetsOf(HELLO, LinkType.raw);
  for (
    const whole of [
      pcap(packets, { linkType: LinkType.raw }),
      pcapng(packets, { linkType: LinkType.raw }),
    ]
  ) {
    const seen = new Set<string>();
    for (let length = 0; length < whole.length; length++) {
      const read = await readCapture(whole.subarray(0, length));
      const text = read.flows.map((flow) => textOf(bytesOfFlow(flow))).join();
      seen.add(text);
      assert("hello".startsWith(text));
      // It may be cut between two packets.
      if (read.error === null) continue;
      assertMatch(
        read.error,
        length < 4
          ? /^x\.pcap: the file has \d bytes: expected a pcap/
          : /^x\.pcap: packet [1-5] \(byte \d+\): the file ends in it: \d+ of at least \d+ bytes are there$/,
      );
    }
    assertEquals([...seen], ["", "hel"]);
  }
});

const GOOD = pcap(packetsOf(HELLO.slice(0, 1), LinkType.raw), {
  linkType: LinkType.raw,
});
const EMPTY_NG = pcapng([]);
/** Captures that are broken, and what is said. */
const BROKEN: [Uint8Array, RegExp][] = [
  [
    bytesOf("GET / HTTP/1.1\r\n"),
    /^x\.pcap: the file starts with 47 45 54 20: expected/,
  ],
  [hex("1f8b0800"), /\(it is gzip: unpack it first\)$/],
  [
    wire(GOOD, hex("00000000 00000000 ffffffff ffffffff")),
    /^x\.pcap: packet 2 \(byte 80\): it claims 4294967311 bytes: expected at most/,
  ],
  [
    hex("0a0d0d0a 1c000000 00000000"),
    /packet 1 \(byte 0\): a section header has no byte order$/,
  ],
  [
    wire(EMPTY_NG, hex("06000000 21000000 00000000")),
    /packet 1 .*a block claims 33 bytes: expected a multiple of 4, at least 32$/,
  ],
  [
    wire(EMPTY_NG, hex("ad0b0000 04000000 00000000")),
    /a block claims 4 bytes: expected a multiple of 4, at least 12$/,
  ],
  [
    wire(EMPTY_NG, hex("ad0b0000 0c000000 10000000")),
    /a block of 12 bytes does not end with its length$/,
  ],
  [
    wire(
      EMPTY_NG,
      pcapngBlock(6, hex("05000000 00000000 00000000 00000000 00000000")),
    ),
    /a packet of interface 5, which the section does not describe$/,
  ],
  [
    wire(
      EMPTY_NG,
      pcapngBlock(6, hex("00000000 00000000 00000000 01000000 00000000")),
    ),
    /a packet claims 1 bytes in a block of 32$/,
  ],
  [
    pcap([{ bytes: new Uint8Array(9) }], { linkType: 105 }),
    /^x\.pcap: no packet has a link type that is understood: expected Ethernet/,
  ],
];

Deno.test("captures: what is broken is said with its place", async () => {
  for (const [bytes, message] of BROKEN) {
    assertMatch((await readCapture(bytes)).error ?? "", message);
  }
});

Deno.test("captures: random bytes end in flows or in an error of ours", async () => {
  const magics = ["d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a"]
    .map(hex);
  const start = fc.constantFrom(...magics, hex("0a0d0d0a1c0000004d3c2b1a"));
  await fc.assert(fc.asyncProperty(
    fc.option(start),
    fc.uint8Array({ maxLength: 600 }),
    fc.integer({ min: 1, max: 300 }),
    async (magic, bytes, chunkBytes) => {
      await readCapture(wire(magic ?? [], bytes), chunkBytes);
    },
  ));
});

Deno.test("captures: changed at random, they end in flows or in an error of ours", async () => {
  const change = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    fc.nat(255),
  );
  const samples = [
    pcap(packetsOf(HELLO)),
    pcap(packetsOf(HELLO, LinkType.linuxSll), { linkType: LinkType.linuxSll }),
    pcapng(packetsOf(HELLO)),
    pcapng(packetsOf(HELLO), { littleEndian: false, block: "old" }),
    pcap(
      packetsOf([{
        ...HELLO[3]!,
        ...ENDS_V6,
        extensions: [[0, hex("0000010400000000")]],
      }]),
    ),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.array(change, { maxLength: 8 }),
      fc.tuple(change, fc.nat(20), fc.uint8Array({ maxLength: 20 })),
      async (sample, changes, [[place], out, put]) => {
        await readCapture(splice(replace(sample, changes), place, out, put));
      },
    ),
    { numRuns: 500 },
  );
});
