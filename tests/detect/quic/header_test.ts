import { assert, assertEquals } from "@std/assert";
import * as fc from "../../../src/testing/fast_check.ts";
import {
  readLongHeader,
  readLongPacket,
  readShortHeaderId,
} from "../../../src/detect/quic/header.ts";
import {
  isReservedVersion,
  versionName,
} from "../../../src/detect/quic/version.ts";
import {
  SAMPLE_CLIENT_V1,
  SAMPLE_CLIENT_V2,
} from "../../support/quic_samples.ts";
import { initial, sealedPacket } from "../../support/quic_packets.ts";
import { be, hex, wire } from "../../support/wire.ts";

Deno.test("readLongPacket() reads the ids, the token and the places", () => {
  const options = {
    dcid: hex("0102030405060708"),
    scid: hex("aabb"),
    token: hex("cafe"),
  };
  const datagram = initial(wire(1), options);
  const packet = readLongPacket(datagram)!;
  const { first: _, ...fields } = packet;
  assertEquals(fields, {
    version: 1,
    ...options,
    end: 17,
    type: "initial",
    start: 0,
    numberAt: 22,
    packetEnd: datagram.length,
  });
});

Deno.test("readLongPacket() knows the types of versions 1 and 2", () => {
  assertEquals(readLongPacket(SAMPLE_CLIENT_V1)?.type, "initial");
  assertEquals(readLongPacket(SAMPLE_CLIENT_V2)?.type, "initial");
  assertEquals(readLongPacket(sealedPacket(1))?.type, "0rtt");
  assertEquals(readLongPacket(sealedPacket(2))?.type, "handshake");
  const retry = wire(0xf0, be(1, 4), 0, 2, 7, 7, new Uint8Array(20));
  const { type, numberAt, packetEnd } = readLongPacket(retry)!;
  assertEquals([type, numberAt, packetEnd], ["retry", 9, 29]);
});

Deno.test("readLongPacket() refuses what does not fit into the datagram", () => {
  const datagram = initial(wire(1), { padTo: 0 });
  for (let length = 0; length < datagram.length; length++) {
    assertEquals(readLongPacket(datagram.subarray(0, length)), null);
  }
  const longId = wire(0xc0, be(1, 4), 21, new Uint8Array(21), 0, 0, 1, 9);
  assertEquals(readLongPacket(longId), null);
  assertEquals(readLongHeader(longId)?.dcid.length, 21);
  const unknown = wire(0xc0, be(0x1a2a3a4a, 4), 0, 0, 0, 1, 9);
  assertEquals(readLongPacket(unknown), null);
  assertEquals(readLongHeader(unknown)?.version, 0x1a2a3a4a);
});

Deno.test("readLongPacket() begins at any packet of a datagram", () => {
  const second = sealedPacket(2);
  const datagram = wire(initial(wire(1)), second);
  const { packetEnd } = readLongPacket(datagram)!;
  const packet = readLongPacket(datagram, packetEnd)!;
  assertEquals(packet.type, "handshake");
  assertEquals(packet.packetEnd, datagram.length);
});

Deno.test("readShortHeaderId() gives the id of a known length", () => {
  const datagram = wire(0x41, hex("0102030405060708"), new Uint8Array(20));
  assertEquals(readShortHeaderId(datagram, 8), hex("0102030405060708"));
  assertEquals(readShortHeaderId(datagram.subarray(0, 8), 8), null);
  assertEquals(readShortHeaderId(SAMPLE_CLIENT_V1, 8), null);
});

Deno.test("headers of random bytes lie within them", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    bytes[0] = 0xc0 | (bytes[0] ?? 0);
    const header = readLongHeader(bytes);
    assert(header === null || header.end <= bytes.length);
    if (bytes.length < 5) return;
    bytes.set(be(1, 4), 1);
    const packet = readLongPacket(bytes);
    assert(packet === null || packet.packetEnd <= bytes.length);
  }));
});

Deno.test("versionName() names versions as people do", () => {
  const names = [1, 0x6b3343cf, 0xff00001d, 0xfaceb002, 0x0a].map(versionName);
  assertEquals(names, ["1", "2", "draft-29", "0xfaceb002", "0x0000000a"]);
});

Deno.test("isReservedVersion() knows the versions that force negotiation", () => {
  assert(isReservedVersion(0x1a2a3a4a));
  assert(isReservedVersion(0xfafafafa));
  assert(!isReservedVersion(1));
  assert(!isReservedVersion(0x1a2a3a4b));
});
