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

/** A preconnection blob of version 2. */
function blob(text: string): Uint8Array {
  const units = wire(...Array.from(`${text}\0`, (letter) => wire(letter, 0)));
  const size = wire(18 + units.length, 0, 0, 0);
  const header = hex("00000000 02000000 00000000");
  return wire(size, header, text.length + 1, 0, units);
}

const positive: PositiveSample[] = [
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

positive.push(
  {
    name: "a token of any text, by xfreerdp",
    bytes: hex(
      "0300002c27e000000000006d79636c6f75642d62726f6b65722d746f6b656e2d34320d0a0100080003000000",
    ),
    facts: { token: "mycloud-broker-token-42", protocols: ["tls", "hybrid"] },
  },
  {
    name: "a short token alone",
    bytes: request(wire("a\xe9\r\n")),
    facts: { token: "a\xe9", protocols: ["rdp"] },
  },
  {
    name: "a blob with a text before the request, by xfreerdp",
    bytes: hex(
      "2a0000000000000002000000000000000c006d0079007000630062002d007400650078007400000000000300002722e00000000000436f6f6b69653a206d737473686173683d610d0a0100080003000000",
    ),
    facts: {
      preconnection: "mypcb-text",
      preconnection_id: 0,
      cookie: "a",
      protocols: ["tls", "hybrid"],
    },
  },
  {
    name: "a blob with an id before the request, by xfreerdp",
    bytes: wire(
      hex("120000000000000002000000070000000000"),
      request(COOKIE, negotiation("03000000")),
    ),
    facts: {
      preconnection_id: 7,
      cookie: "alice",
      protocols: ["tls", "hybrid"],
    },
  },
  {
    name: "a blob of version 1",
    bytes: wire(
      hex("10000000 00000000 01000000 09000000"),
      request(negotiation("01000000")),
    ),
    facts: { preconnection_id: 9, protocols: ["tls"] },
  },
  {
    name: "a blob before TLS, as Hyper-V's console sends it",
    bytes: wire(blob("1f2e3d4c-aaaa"), hex("16 0301 0136 01")),
    facts: {
      preconnection: "1f2e3d4c-aaaa",
      preconnection_id: 0,
      protocols: ["tls"],
    },
  },
);

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
  { name: "a text without a line end", bytes: request(wire("some text")) },
  { name: "a text with a control byte", bytes: request(wire("a\x01b\r\n")) },
  { name: "a text that is not ASCII", bytes: request(wire("\x81a\r\n")) },
  { name: "an odd size of a blob", bytes: hex("13") },
  { name: "a blob of another version", bytes: hex("10000000 00000000 03") },
  { name: "a blob with flags", bytes: hex("10000000 01") },
  { name: "a blob that is too long", bytes: hex("12 01") },
  {
    name: "a blob of version 1 with a text",
    bytes: hex("12000000 00000000 01000000"),
  },
  {
    name: "a blob whose lengths do not fit",
    bytes: hex("14000000 00000000 02000000 00000000 0200"),
  },
  {
    name: "a blob with a control character",
    bytes: hex("16000000 00000000 02000000 00000000 0200 0700 0000"),
  },
  {
    name: "a blob and no request",
    bytes: wire(blob("a"), hex("02")),
  },
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
    name: "the start of a cookie, and bytes behind the request",
    bytes: wire(request(wire("Cookie: ")), "aa"),
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
    why: "the cookie contains a control byte",
  },
  {
    name: "something else behind a cookie",
    bytes: request(COOKIE, hex("02 00 0800 00000000")),
    why: "the negotiation request is invalid",
  },
  {
    name: "a negotiation request that is cut short",
    bytes: request(COOKIE, hex("01 00 0800 000000")),
    why: "the negotiation request is invalid",
  },
  {
    name: "bytes behind the negotiation request",
    bytes: request(negotiation("00000000"), hex("00")),
    why: "bytes remain after the negotiation request",
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

Deno.test("RDP: a blob alone is RDP when nothing follows", () => {
  const bytes = blob("a");
  assertEquals(rdp.detect(bytes, OPEN), {
    kind: "more",
    atLeast: bytes.length + 1,
  });
  assertEquals(rdp.detect(bytes, { ended: true }), {
    kind: "match",
    facts: { preconnection: "a", preconnection_id: 0 },
  });
});
