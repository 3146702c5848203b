import { assertEquals, assertMatch } from "@std/assert";
import {
  bytesOfFlow,
  ENDS_V6,
  fromClient,
  handshake,
  packetsOf,
  type ReadCapture,
  readCapture,
} from "../support/flows.ts";
import { LinkType } from "../support/packet_writer.ts";
import { pcap, pcapng } from "../support/pcap_writer.ts";
import { bytesOf, textOf } from "../support/tcp.ts";
import { wire } from "../support/wire.ts";

const HELLO = [
  ...handshake(100),
  fromClient(101, bytesOf("hel")),
  fromClient(104, bytesOf("lo")),
];
const BOTH = [false, true];

function assertHello({ flows, notes, error }: ReadCapture, what = ""): void {
  assertEquals(error, null, what);
  assertEquals(notes, [], what);
  assertEquals(flows.length, 1, what);
  const [flow] = flows;
  assertEquals(flow!.client, "192.0.2.7:50412");
  assertEquals(flow!.server, "192.0.2.1:443");
  assertEquals(flow!.segments.map(textOf), ["hel", "lo"], what);
}

Deno.test("captures: pcap in both byte orders and both resolutions, of every link type", async () => {
  for (const littleEndian of BOTH) {
    for (const nanoseconds of BOTH) {
      for (const [name, linkType] of Object.entries(LinkType)) {
        const packets = packetsOf(HELLO, linkType);
        const bytes = pcap(packets, { linkType, littleEndian, nanoseconds });
        assertHello(await readCapture(bytes), name);
      }
    }
  }
});

Deno.test("captures: pcapng in both byte orders and both resolutions, of every link type and block", async () => {
  for (const littleEndian of BOTH) {
    for (const nanoseconds of BOTH) {
      for (const block of ["enhanced", "simple", "old"] as const) {
        for (const [name, linkType] of Object.entries(LinkType)) {
          const packets = packetsOf(HELLO, linkType);
          const options = { linkType, littleEndian, nanoseconds, block };
          assertHello(await readCapture(pcapng(packets, options)), name);
        }
      }
    }
  }
});

Deno.test("captures: IPv6 addresses are spelt short", async () => {
  const segments = HELLO.map((segment, index) => ({
    ...segment,
    // The second packet is the server's.
    from: index === 1 ? ENDS_V6.to : ENDS_V6.from,
    to: index === 1 ? ENDS_V6.from : ENDS_V6.to,
  }));
  const { flows } = await readCapture(pcap(packetsOf(segments)));
  assertEquals([flows[0]!.client, flows[0]!.server], [
    "[2001:db8::7]:50412",
    "[2001:db8::1]:443",
  ]);
  assertEquals(textOf(bytesOfFlow(flows[0])), "hello");
});

Deno.test("captures: pcapng with several interfaces and several sections", async () => {
  const cooked = packetsOf(HELLO.slice(3), LinkType.linuxSll2)
    .map((packet) => ({ ...packet, interfaceId: 1 }));
  const mixed = [...packetsOf(HELLO.slice(0, 3)), ...cooked];
  const moreInterfaces = [LinkType.linuxSll2, 105];
  for (const block of ["enhanced", "old"] as const) {
    assertHello(await readCapture(pcapng(mixed, { moreInterfaces, block })));
  }
  const sections = wire(
    pcapng(packetsOf(HELLO.slice(0, 4))),
    pcapng(packetsOf(HELLO.slice(4), LinkType.raw), {
      linkType: LinkType.raw,
      littleEndian: false,
    }),
  );
  assertHello(await readCapture(sections));
});

Deno.test("captures: simple blocks of packets cut at the snapshot length", async () => {
  const [packet] = packetsOf([fromClient(1, bytesOf("hello"))], LinkType.raw);
  const cut = [{ bytes: packet!.bytes.subarray(0, 42), originalLength: 45 }];
  const bytes = pcapng(cut, {
    linkType: LinkType.raw,
    block: "simple",
    snapLength: 42,
  });
  const { flows, error } = await readCapture(bytes);
  assertEquals(error, null);
  assertEquals(textOf(bytesOfFlow(flows[0])), "he");
  assertMatch(flows[0]!.notes.join(), /packets cut short/);
});

Deno.test("captures: the sizes of the chunks do not matter", async () => {
  for (const bytes of [pcap(packetsOf(HELLO)), pcapng(packetsOf(HELLO))]) {
    for (const chunkBytes of [1, 2, 3, 7, 64, 1000]) {
      assertHello(await readCapture(bytes, chunkBytes), String(chunkBytes));
    }
  }
});

Deno.test("captures: what is passed over is counted", async () => {
  const packets = packetsOf([
    { ...HELLO[0]!, fragment: 0x2000 },
    { ...HELLO[0]!, fragment: 0x0008 },
    ...HELLO,
  ]);
  packets.push({ bytes: new Uint8Array(60) }, { bytes: new Uint8Array(3) });
  const { flows, notes, error } = await readCapture(pcap(packets));
  assertEquals(error, null);
  assertEquals(textOf(bytesOfFlow(flows[0])), "hello");
  assertEquals(notes, [
    "x.pcap: skipped IP fragments: 2",
    "x.pcap: skipped packets that are not IP: 1",
    "x.pcap: skipped packets with an incomplete header: 1",
  ]);
});

Deno.test("captures: one without packets is sound", async () => {
  for (const bytes of [pcap([]), pcapng([])]) {
    assertEquals(await readCapture(bytes), {
      flows: [],
      notes: ["x.pcap: there is no packet"],
      error: null,
    });
  }
});
