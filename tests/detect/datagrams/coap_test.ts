import { assertEquals } from "@std/assert";
import { coap } from "../../../src/detect/datagrams/coap.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { hex, wire } from "../../support/wire.ts";

/** GET with a token of two bytes. */
const GET = hex("42 01 1234 cafe");
const HOST = wire(0x3b, "Example.COM");
/** Uri-Path behind Uri-Host: 8 more. */
const PATH = wire(0x87, "sensors", 0x01, "1");

testDatagramDetector(coap, {
  positive: [
    {
      name: "a request with host and path",
      datagrams: [wire(GET, HOST, PATH)],
      facts: { host: "example.com", path: "/sensors/1", method: "GET" },
    },
    {
      name: "an observation of the root, with a payload",
      datagrams: [wire(hex("50 05 0001"), hex("60"), 0xff, "x")],
      facts: { path: "/", method: "FETCH" },
    },
    {
      name: "an IPv6 address in brackets",
      datagrams: [wire(GET, 0x35, "[::A]")],
      facts: { host: "::a", path: "/", method: "GET" },
    },
    {
      name: "options with long numbers and lengths",
      datagrams: [wire(GET, 0xbd, 2, "fifteen letters", hex("d1 ea 01"))],
      facts: { path: "/fifteen letters", method: "GET" },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "no option", datagrams: [GET] },
    { name: "a ping", datagrams: [hex("40 00 1234")] },
    { name: "a response", datagrams: [wire(GET, PATH).with(1, 0x45)] },
    { name: "an acknowledgement", datagrams: [wire(GET, HOST).with(0, 0x62)] },
    { name: "a token of 9 bytes", datagrams: [wire(GET, HOST).with(0, 0x49)] },
    { name: "an option that is none", datagrams: [wire(GET, 0x20)] },
    { name: "a reserved length", datagrams: [wire(GET, 0x3f, HOST)] },
    {
      name: "an option that is cut",
      datagrams: [wire(GET, HOST).subarray(0, 12)],
    },
    {
      name: "no payload behind the marker",
      datagrams: [wire(GET, HOST, 0xff)],
    },
    {
      name: "an option twice that may be there once",
      datagrams: [wire(GET, HOST, 0x0b, "example.org")],
    },
    {
      name: "an option that only responses have",
      datagrams: [wire(GET, 0x81, "x")],
    },
    {
      name: "TURN's channel data",
      datagrams: [wire(hex("4001 0010"), hex("80600001"), new Uint8Array(12))],
    },
  ],
  malformed: [
    {
      name: "a host that is none",
      datagrams: [wire(GET, 0x33, "a b")],
      why: "the Uri-Host holds the byte 0x20",
    },
    {
      name: "a host with two colons that is no IPv6 address",
      datagrams: [wire(GET, 0x36, "a:a:\x87a")],
      why: 'the Uri-Host holds ":"',
    },
    {
      name: "a host with a port",
      datagrams: [wire(GET, 0x34, "a:80")],
      why: 'the Uri-Host holds ":"',
    },
    ...["a/b", ".", ".."].map((segment) => ({
      name: `the path segment "${segment}"`,
      datagrams: [wire(GET, 0xb0 + segment.length, segment)],
      why: "a Uri-Path contains a slash or is a dot segment",
    })),
  ],
});

Deno.test("datagrams: COAP: what is in doubt refuses nobody where no rule tests it", () => {
  const needs = new Set<string>();
  const odd = [wire(GET, 0x33, "a b", 0x81, ".")];
  assertEquals(coap.detect(odd, { ended: false, needs }), {
    kind: "match",
    facts: { method: "GET" },
  });
});
