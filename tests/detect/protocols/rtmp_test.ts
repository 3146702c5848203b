import { assertEquals } from "@std/assert";
import { cassandra } from "../../../src/detect/protocols/cassandra.ts";
import { mongodb } from "../../../src/detect/protocols/mongodb.ts";
import { rtmp } from "../../../src/detect/protocols/rtmp.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { le } from "../../support/little_endian.ts";
import { hex, wire } from "../../support/wire.ts";

const NOISE = Array.from({ length: 1528 }, (_, i) => (i * 89 + 7) & 0xff);
/** A MongoDB message of 1795 bytes: its length starts with `03`. */
const MONGODB = wire(
  le(0x703, 4),
  le(7, 4),
  le(0, 4),
  le(2013, 4),
  le(0, 4),
  0,
  le(0x703 - 21, 4),
  0x10,
  "x".repeat(1770),
);

testDetector(rtmp, {
  positive: [
    {
      name: "a simple handshake",
      bytes: wire(3, hex("00 07 aa 57 00 00 00 00"), NOISE),
      facts: {},
    },
    {
      name: "a simple handshake at time 0, of zeros",
      bytes: wire(3, new Uint8Array(1536)),
      facts: {},
    },
    {
      name: "a handshake with the version of a player",
      bytes: wire(3, hex("00 00 00 00 09 00 7c 02"), NOISE),
      facts: {},
    },
    {
      name: "a handshake with the version of an encoder",
      bytes: wire(3, hex("00 00 00 00 80 00 07 02"), NOISE, "C2"),
      facts: {},
    },
  ],
  negative: [
    { name: "RTMPE", bytes: hex("06") },
    { name: "RDP", bytes: hex("03 00 00 13 0e e0 00 00 00 00 00") },
    { name: "S7", bytes: hex("03 00 00 16 11 e0 00 00 00 07 00") },
    { name: "H.323", bytes: hex("03 00 00 a0 08 02 77 f4") },
    { name: "data over TPKT", bytes: hex("03 00 00 19 02 f0 80 32") },
    { name: "Cassandra's OPTIONS", bytes: hex("03 00 00 01 05 00 00 00 00") },
    { name: "Cassandra's STARTUP", bytes: hex("03 00 00 01 01 00 00 00 16") },
    { name: "MongoDB", bytes: MONGODB },
    {
      name: "MongoDB that answers -1",
      bytes: hex("03 01 00 00 07 00 00 00 ff ff ff ff d4 07 00 00"),
    },
    { name: "zeros that end early", bytes: hex("03 00 00 00 00 00 00 01") },
    { name: "another version", bytes: hex("03 00 00 00 00 05") },
  ],
});

Deno.test("RTMP: what it gives way to is found", () => {
  const options = hex("03 00 00 01 05 00 00 00 00");
  assertEquals(cassandra.detect(options, { ended: false }).kind, "match");
  assertEquals(mongodb.detect(MONGODB, { ended: false }).kind, "match");
  for (const [view, at] of [[options, 9], [MONGODB, 16]] as const) {
    const before = rtmp.detect(view.subarray(0, at - 1), { ended: false });
    assertEquals(before.kind, "more");
    assertEquals(rtmp.detect(view.subarray(0, at), { ended: true }).kind, "no");
  }
});

Deno.test("RTMP: asks for the rest of the handshake at once", () => {
  const verdict = rtmp.detect(wire(3, NOISE.map(() => 0).slice(0, 20)), {
    ended: false,
  });
  assertEquals(verdict, { kind: "more", atLeast: 1537 });
});
