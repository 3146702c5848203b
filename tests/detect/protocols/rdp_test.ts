import { assert, assertEquals } from "@std/assert";
import { rdp } from "../../../src/detect/protocols/rdp.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

const OPEN = { ended: false };
const COOKIE = wire("Cookie: mstshash=alice\r\n");
const NONE = hex("");

/** A connection request with such a variable part. */
function request(...parts: readonly Uint8Array[]): Uint8Array {
  const part = wire(...parts);
  return wire(
    hex("03 00"),
    be(11 + part.length, 2),
    6 + part.length,
    hex("e0 0000 0000 00"),
    part,
  );
}

/** A negotiation request. */
function negotiation(protocols: string, flags = "00"): Uint8Array {
  return hex(`01 ${flags} 0800 ${protocols}`);
}

const positive: readonly PositiveSample[] = [
  {
    name: "a negotiation request",
    bytes: request(negotiation("0b000000")),
    facts: { protocols: ["tls", "hybrid", "hybrid_ex"] },
  },
  {
    name: "a cookie and a negotiation request",
    bytes: request(COOKIE, negotiation("03000000")),
    facts: { cookie: "alice", protocols: ["tls", "hybrid"] },
  },
  {
    name: "standard security asked for",
    bytes: request(COOKIE, negotiation("00000000")),
    facts: { cookie: "alice", protocols: ["rdp"] },
  },
  {
    name: "a cookie alone, then the next message",
    bytes: wire(request(COOKIE), hex("03 00 01 9c")),
    facts: { cookie: "alice", protocols: ["rdp"] },
  },
  {
    name: "a cookie with a domain",
    bytes: request(wire("Cookie: mstshash=FTBCO\\A70\r\n"), NONE),
    facts: { cookie: "FTBCO\\A70", protocols: ["rdp"] },
  },
  {
    name: "the token of a load balancer",
    bytes: request(
      wire("Cookie: msts=3640205228.15629.0000\r\n"),
      negotiation("13000000"),
    ),
    facts: {
      token: "3640205228.15629.0000",
      protocols: ["tls", "hybrid", "rdsaad"],
    },
  },
  {
    name: "the token of a connection broker",
    bytes: request(
      wire("tsv://MS Terminal Services Plugin.1.Sessions\r\n"),
      negotiation("05000000"),
    ),
    facts: {
      token: "tsv://MS Terminal Services Plugin.1.Sessions",
      protocols: ["tls", "rdstls"],
    },
  },
  {
    name: "a correlation id",
    bytes: request(
      negotiation("01000000", "08"),
      wire(hex("06 00 2400"), new Uint8Array(32).fill(7)),
    ),
    facts: { protocols: ["tls"] },
  },
  {
    name: "a source reference",
    bytes: request(COOKIE).with(9, 1),
    facts: { cookie: "alice", protocols: ["rdp"] },
  },
];

const negative: readonly Sample[] = [
  { name: "another version of TPKT", bytes: hex("02") },
  { name: "S7", bytes: hex("0300 0016 11e0 0000 0001 00 c1 02 0100") },
  { name: "MMS", bytes: hex("0300 0016 11e0 0000 b001 00 c0 01 0a") },
  { name: "H.323", bytes: hex("0300 00a0 0802 77f4 0504") },
  { name: "RTMP", bytes: hex("03 0007aa57 00000000") },
  { name: "RTMP whose time is a length", bytes: hex("03 00000d08 00000000") },
  { name: "a request with nothing in it", bytes: hex("0300 000b 06e0") },
  { name: "a length that is too long", bytes: hex("0300 0104") },
  { name: "a length that is far too long", bytes: hex("0300 02") },
  { name: "lengths that do not fit", bytes: hex("0300 0013 0f") },
  { name: "a destination", bytes: hex("0300 0013 0ee0 0001") },
  { name: "another class", bytes: hex("0300 0013 0ee0 0000 0000 10") },
  { name: "another text", bytes: request(wire("Cookie: mstx=12345678\r\n")) },
  { name: "another type", bytes: request(hex("02 00 0800 00000000")) },
  {
    name: "a negotiation request of 9 bytes",
    bytes: request(hex("01 00 0900 00000000 00")),
  },
  {
    name: "a negotiation request of 264 bytes",
    bytes: request(hex("01 00 0801 00000000")),
  },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "a cookie without a line end",
    bytes: request(wire("Cookie: mstshash=alice")),
    why: "the cookie has no line end",
  },
  {
    name: "a cookie with a bare CR",
    bytes: request(wire("Cookie: mstshash=a\rb\r\n")),
    why: "the cookie has no line end",
  },
  {
    name: "a control byte in a cookie",
    bytes: request(wire("Cookie: mstshash=a\0b\r\n")),
    why: "the cookie holds a control byte",
  },
  {
    name: "something else behind a cookie",
    bytes: request(COOKIE, hex("02 00 0800 00000000")),
    why: "the negotiation request is broken",
  },
  {
    name: "a negotiation request that is cut short",
    bytes: request(COOKIE, hex("01 00 0800 000000")),
    why: "the negotiation request is broken",
  },
  {
    name: "bytes behind the negotiation request",
    bytes: request(negotiation("00000000"), hex("00")),
    why: "bytes are left behind the negotiation request",
  },
];

testDetector(rdp, { positive, negative, malformed });

Deno.test("RDP: the byte behind the class tells it from S7 and MMS", () => {
  const start = request(negotiation("00000000")).subarray(0, 11);
  assertEquals(rdp.detect(start, OPEN), { kind: "more", atLeast: 12 });
  for (const byte of [0xc0, 0xc1, 0xc2]) {
    assertEquals(rdp.detect(wire(start, byte), OPEN).kind, "no");
  }
  for (const byte of [0x01, 0x43]) {
    const verdict = rdp.detect(wire(start, byte), OPEN);
    assertEquals(verdict, { kind: "more", atLeast: 19 });
  }
});

Deno.test("RDP: COOKIE takes an exact value or a prefix", () => {
  const { COOKIE } = rdp.rules;
  const parsed = COOKIE!.parse("FTBCO\\*");
  assert(parsed.ok);
  assert(parsed.matcher.test({ cookie: "FTBCO\\A70" }));
  assert(!parsed.matcher.test({ token: "FTBCO\\A70" }));
  assert(!COOKIE!.parse("two words").ok);
});
