import { assert, assertEquals } from "@std/assert";
import { transportPacket } from "../../src/explain/packet.ts";
import { datagramFromClient, ENDS_V6, fromClient } from "../support/flows.ts";
import {
  LinkType,
  packetBytes,
  type TestSegment,
} from "../support/packet_writer.ts";
import { bytesOf, textOf } from "../support/tcp.ts";
import { hex } from "../support/wire.ts";

const HELLO = fromClient(7, bytesOf("hello"), { flags: "FA", ack: 9 });

/** The segment in a packet; the reason when it is passed over. */
function decode(linkType: number, bytes: Uint8Array) {
  const decoded = transportPacket(linkType, bytes);
  if (decoded.kind === "skipped") return decoded.what;
  assert(decoded.value.transport === "tcp");
  const { source, destination, seq, ack, flags, payload, cut } =
    decoded.value.segment;
  return {
    ports: [source.port, destination.port],
    addresses: [source.address.length, destination.address.at(-1)],
    numbers: [seq, ack, flags],
    payload: textOf(payload),
    cut,
  };
}

function expected(segment: TestSegment) {
  return {
    ports: [50412, 443],
    addresses: [segment.from.includes(":") ? 16 : 4, 1],
    numbers: [7, 9, 0x11],
    payload: "hello",
    cut: 0,
  };
}

Deno.test("packets: every link type, IPv4 and IPv6", () => {
  for (const [name, linkType] of Object.entries(LinkType)) {
    for (const segment of [HELLO, { ...HELLO, ...ENDS_V6 }]) {
      const bytes = packetBytes(segment, linkType);
      assertEquals(decode(linkType, bytes), expected(segment), name);
    }
  }
});

Deno.test("packets: VLAN tags, one or several", () => {
  const { ethernet, linuxSll, linuxSll2 } = LinkType;
  for (const linkType of [ethernet, linuxSll, linuxSll2]) {
    for (const vlans of [[0x8100], [0x88a8, 0x8100], [0x9100]]) {
      const bytes = packetBytes(HELLO, linkType, vlans);
      assertEquals(decode(linkType, bytes), expected(HELLO));
    }
  }
});

Deno.test("packets: options, extension headers and a length of 0", () => {
  const v6 = { ...HELLO, ...ENDS_V6 };
  const hop = hex("00 00 01040000 0000");
  const long = hex("00 01 010c 000000000000000000000000");
  const auth = hex("00 04 0000 000000010000000200000000 000000000000 0000");
  const atomic = hex("00 00 0000 00000001");
  const segments: TestSegment[] = [
    { ...HELLO, ipOptionBytes: 8, optionBytes: 12 },
    { ...HELLO, ipOptionBytes: 40, optionBytes: 40 },
    { ...v6, extensions: [[0, hop]] },
    { ...v6, extensions: [[0, hop], [43, long], [60, hop], [51, auth]] },
    { ...v6, extensions: [[44, atomic]] },
    { ...v6, extensions: [[135, hop], [139, long], [140, hop]] },
    { ...v6, noLength: true },
  ];
  for (const segment of segments) {
    const bytes = packetBytes(segment, LinkType.raw);
    assertEquals(decode(LinkType.raw, bytes), expected(segment));
  }
  const offloaded = packetBytes({ ...HELLO, noLength: true }, LinkType.raw);
  assertEquals(decode(LinkType.raw, offloaded), expected(HELLO));
});

Deno.test("packets: fragments are passed over", () => {
  const v6 = { ...HELLO, ...ENDS_V6 };
  const segments: TestSegment[] = [
    { ...HELLO, fragment: 0x2000 },
    { ...HELLO, fragment: 0x0001 },
    { ...v6, extensions: [[44, hex("00 00 0001 00000001")]] },
    { ...v6, extensions: [[44, hex("00 00 0008 00000001")]] },
  ];
  for (const segment of segments) {
    const bytes = packetBytes(segment, LinkType.raw);
    assertEquals(decode(LinkType.raw, bytes), "IP fragments");
  }
});

Deno.test("packets: what is something else is passed over", () => {
  const arp = packetBytes(HELLO).with(13, 0x06);
  assertEquals(decode(LinkType.ethernet, arp), "packets that are not IP");
  const ip = packetBytes(HELLO, LinkType.raw);
  assertEquals(
    decode(LinkType.raw, ip.with(9, 1)),
    "packets that are neither TCP nor UDP",
  );
  const v6 = packetBytes({ ...HELLO, ...ENDS_V6 }, LinkType.raw);
  for (const next of [1, 50, 58, 59]) {
    assertEquals(
      decode(LinkType.raw, v6.with(6, next)),
      "packets that are neither TCP nor UDP",
    );
  }
  assertEquals(
    decode(LinkType.raw, ip.with(0, 0x55)),
    "packets that are not IP",
  );
  assertEquals(decode(105, ip), "packets of link type 105");
});

Deno.test("packets: of a packet cut short, what is there", () => {
  for (const segment of [HELLO, { ...HELLO, ...ENDS_V6 }]) {
    for (const linkType of Object.values(LinkType)) {
      const whole = packetBytes({ ...segment, optionBytes: 20 }, linkType);
      const padding = linkType === LinkType.ethernet && whole.length === 60;
      for (let length = 0; length < whole.length; length++) {
        const found = decode(linkType, whole.subarray(0, length));
        if (typeof found === "string" || padding) continue;
        const missing = whole.length - length;
        assertEquals(found.payload, "hello".slice(0, 5 - missing));
        assertEquals(found.cut, missing);
      }
    }
  }
});

Deno.test("packets: headers that lie about their length are passed over", () => {
  const ip = packetBytes(HELLO, LinkType.raw);
  const bad = [
    ip.with(0, 0x44), // an IPv4 header of 16 bytes
    ip.with(0, 0x4f), // one of 60
    ip.with(3, 19), // a packet shorter than its header
    ip.with(3, 39), // a packet that ends in the TCP header
    ip.with(32, 0x40), // a TCP header of 16 bytes
    ip.with(32, 0xf0), // one of 60
  ];
  for (const bytes of bad) {
    assertEquals(
      decode(LinkType.raw, bytes),
      "packets with an incomplete header",
    );
  }
});

/** The datagram in a packet; the reason when it is passed over. */
function decodeDatagram(linkType: number, bytes: Uint8Array) {
  const decoded = transportPacket(linkType, bytes);
  if (decoded.kind === "skipped") return decoded.what;
  assert(decoded.value.transport === "udp");
  const { source, destination, payload, cut } = decoded.value.datagram;
  return { ports: [source.port, destination.port], text: textOf(payload), cut };
}

Deno.test("packets: datagrams of every link type, IPv4 and IPv6", () => {
  const ports = [50412, 443];
  for (const [name, linkType] of Object.entries(LinkType)) {
    for (const ends of [{}, ENDS_V6]) {
      const segment = datagramFromClient(bytesOf("hello"), ends);
      const bytes = packetBytes(segment, linkType);
      const expected = { ports, text: "hello", cut: 0 };
      assertEquals(decodeDatagram(linkType, bytes), expected, name);
      if (linkType === LinkType.ethernet) continue;
      // Without padding, an unknown length is that of the packet.
      const offloaded = packetBytes({ ...segment, noLength: true }, linkType);
      assertEquals(decodeDatagram(linkType, offloaded), expected, name);
      const short = bytes.subarray(0, bytes.length - 2);
      const left = { ports, text: "hel", cut: 2 };
      assertEquals(decodeDatagram(linkType, short), left, name);
    }
  }
});

Deno.test("packets: of a datagram, headers that lie about its length", () => {
  const bytes = packetBytes(datagramFromClient(bytesOf("hello")), LinkType.raw);
  const half = "packets with an incomplete header";
  assertEquals(decodeDatagram(LinkType.raw, bytes.with(25, 7)), half);
  assertEquals(decodeDatagram(LinkType.raw, bytes.with(3, 27)), half);
  const shorter = { ports: [50412, 443], text: "he", cut: 0 };
  assertEquals(decodeDatagram(LinkType.raw, bytes.with(25, 10)), shorter);
});
