import { assert, assertEquals } from "@std/assert";
import { socks } from "../../../src/detect/protocols/socks.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { hex, wire } from "../../support/wire.ts";

const OPEN = { ended: false };
const USER_255 = "u".repeat(255);
const NAMED = hex("04 01 01bb 00000001");

const positive: readonly PositiveSample[] = [
  {
    name: "a greeting without authentication",
    bytes: hex("05 01 00"),
    facts: { version: "5" },
  },
  {
    name: "the methods of curl",
    bytes: hex("05 03 00 01 02"),
    facts: { version: "5" },
  },
  {
    name: "methods of its own behind a known one",
    bytes: hex("05 04 00 01 02 80"),
    facts: { version: "5" },
  },
  {
    name: "a request that does not wait for the answer",
    bytes: wire(hex("05 01 00 05 01 00 03"), 3, "a.b", 0, 80),
    facts: { version: "5" },
  },
  {
    name: "version 4",
    bytes: wire(hex("04 01 0050 5db8d877"), 0),
    facts: { version: "4", host: "93.184.216.119", port: 80 },
  },
  {
    name: "version 4 with a user, then the first bytes of the tunnel",
    bytes: wire(hex("04 02 01bb 0a000001"), "bob\0", 0x16, 3, 1),
    facts: { version: "4", host: "10.0.0.1", port: 443 },
  },
  {
    name: "version 4a",
    bytes: wire(NAMED, "\0", "Example.COM.\0"),
    facts: { version: "4", host: "example.com", port: 443 },
  },
  {
    name: "version 4a with an IPv6 address",
    bytes: wire(NAMED, "bob\0", "2001:DB8::1\0"),
    facts: { version: "4", host: "2001:db8::1", port: 443 },
  },
  {
    name: "a user of 255 bytes",
    bytes: wire(NAMED, USER_255, "\0a\0"),
    facts: { version: "4", host: "a", port: 443 },
  },
  {
    name: "a look-up by tor-resolve",
    bytes: wire(hex("04 f0 0000 00000001"), "\0example.com\0"),
    facts: { version: "4", host: "example.com", port: 0 },
  },
];

const negative: readonly Sample[] = [
  { name: "version 6", bytes: hex("06 01 00") },
  { name: "no method", bytes: hex("05 00") },
  { name: "more methods than there are", bytes: hex("05 11") },
  { name: "a method twice", bytes: hex("05 02 00 00") },
  { name: "a method that nobody has", bytes: hex("05 01 0a") },
  { name: "the answer for no method", bytes: hex("05 02 00 ff") },
  { name: "no method that servers know", bytes: hex("05 02 03 80") },
  { name: "DCE/RPC", bytes: hex("05 00 0b 03 10 00 00 00") },
  { name: "DNP3", bytes: hex("05 64 05 c0 01 00 00 04") },
  { name: "a Cassandra client", bytes: hex("04 00 00 00 05 00 00 00 00") },
  { name: "port 0", bytes: hex("04 01 0000") },
  { name: "no address", bytes: hex("04 01 0050 00000000") },
  { name: "an address that marks no name", bytes: hex("04 01 0050 00000100") },
  { name: "a multicast address", bytes: hex("04 01 0050 e0000001") },
  { name: "a look-up of an address", bytes: hex("04 f0 0050 0a000001") },
  { name: "a control byte in the user", bytes: wire(NAMED, "a\x01") },
  { name: "a user of 256 bytes", bytes: wire(NAMED, USER_255, "uu") },
  { name: "an empty host", bytes: wire(NAMED, "\0\0") },
  { name: "a space in the host", bytes: wire(NAMED, "\0a b\0") },
  { name: "a host of 256 bytes", bytes: wire(NAMED, "\0", USER_255, "uu") },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "a host with a port",
    bytes: wire(NAMED, "\0a.example:80\0"),
    why: 'the host holds ":"',
  },
  {
    name: "a host with an empty label",
    bytes: wire(NAMED, "\0a..b\0"),
    why: "the host has an empty label",
  },
];

testDetector(socks, { positive, negative, malformed });

Deno.test("SOCKS: asks for what is missing, and no more", () => {
  const asked: [string, number][] = [
    ["", 1],
    ["05", 2],
    ["05 03", 5],
    ["05 03 00 01", 5],
    ["04", 2],
    ["04 01", 4],
    ["04 01 01bb", 8],
    ["04 01 01bb 0a000001", 9],
    ["04 01 01bb 00000001", 11],
    ["04 01 01bb 00000001 00", 11],
    ["04 01 01bb 00000001 00 61", 11],
  ];
  for (const [bytes, atLeast] of asked) {
    const verdict = socks.detect(hex(bytes), OPEN);
    assertEquals(verdict, { kind: "more", atLeast }, bytes);
  }
});

Deno.test("SOCKS: VERSION takes 4 and 5", () => {
  const { VERSION } = socks.rules;
  const four = VERSION!.parse("4");
  assert(four.ok);
  assert(four.matcher.test({ version: "4" }));
  assert(!four.matcher.test({ version: "5" }));
  for (const value of ["4a", "6", "5*", ""]) {
    assert(!VERSION!.parse(value).ok, value);
  }
});
