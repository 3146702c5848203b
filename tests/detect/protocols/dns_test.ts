import { assert, assertEquals } from "@std/assert";
import { dns } from "../../../src/detect/protocols/dns.ts";
import { socks } from "../../../src/detect/protocols/socks.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

const OPEN = { ended: false };
const OPT = hex("00 0029 04d0 00000000 0000");
const IN = hex("0001");

/** A name, without pointers. */
function name(text: string): Uint8Array {
  const labels = text.split(".").filter((label) => label !== "");
  return wire(...labels.map((label) => vector(1, wire(label))), 0);
}

/** A message: flags, counts, then what they count. */
function message(
  flags: string,
  counts: readonly number[],
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const header = wire(hex("1234"), hex(flags), ...counts.map((n) => be(n, 2)));
  return vector(2, wire(header, ...parts));
}

/** A query for a name and a type. */
function query(text: string, type = 1): Uint8Array {
  return message("0100", [1, 0, 0, 0], name(text), be(type, 2), IN);
}

const SOA_QUESTION = wire(name("example.com"), hex("0006 0001"));

const positive: readonly PositiveSample[] = [
  {
    name: "a query",
    bytes: query("Www.Example.COM"),
    facts: { name: "www.example.com", qtype: "A" },
  },
  {
    name: "a query with EDNS",
    bytes: message("0120", [1, 0, 0, 1], name("a.b"), hex("0041"), IN, OPT),
    facts: { name: "a.b", qtype: "HTTPS" },
  },
  {
    name: "a header alone, by dig +header-only",
    bytes: message("0120", [0, 0, 0, 0]),
    facts: {},
  },
  {
    name: "options and no question",
    bytes: message("0120", [0, 0, 0, 1], OPT),
    facts: {},
  },
  {
    name: "a status request",
    bytes: message("1000", [1, 0, 0, 0], name("a.b"), hex("0001"), IN),
    facts: { name: "a.b", qtype: "A" },
  },
  {
    name: "two queries",
    bytes: wire(query("a.b"), query("c.d")),
    facts: { name: "a.b", qtype: "A" },
  },
  {
    name: "the root",
    bytes: query("", 2),
    facts: { name: ".", qtype: "NS" },
  },
  {
    name: "a type without a name",
    bytes: query("_dns.a_b.c", 1234),
    facts: { name: "_dns.a_b.c", qtype: "TYPE1234" },
  },
  {
    name: "bytes that no host has, and cannot pass for one",
    bytes: message(
      ...["0100", [1, 0, 0, 0]] as const,
      wire(vector(1, wire("x.evil \xff")), name("example")),
      ...[hex("001c"), IN],
    ),
    facts: { name: "x\\046evil\\032\\255.example", qtype: "AAAA" },
  },
  {
    name: "an incremental transfer",
    bytes: message(
      ...["0000", [1, 0, 1, 0]] as const,
      ...[name("example.com"), hex("00fb"), IN],
      hex("c00c 0006 0001 00000000 0002 0000"),
    ),
    facts: { name: "example.com", qtype: "IXFR" },
  },
  {
    name: "a change of a zone",
    bytes: message(
      ...["2800", [1, 1, 300, 0]] as const,
      SOA_QUESTION,
      hex("0161 c00c 00ff 00fe 00000000 0000"),
      ...Array(300).fill(OPT),
    ),
    facts: { name: "example.com", qtype: "SOA" },
  },
  {
    name: "a notice of a change",
    bytes: message(
      "2400",
      [1, 1, 0, 0],
      SOA_QUESTION,
      hex("c00c 0006 0001 00000000 0000"),
    ),
    facts: { name: "example.com", qtype: "SOA" },
  },
  {
    name: "an inverse query",
    bytes: message(
      "0980",
      [0, 1, 0, 0],
      hex("00 0001 0001 00007a69 0004 04030201"),
    ),
    facts: {},
  },
  {
    name: "the class of all servers",
    bytes: message(
      "0100",
      [1, 0, 0, 0],
      name("version.bind"),
      hex("0010 0003"),
    ),
    facts: { name: "version.bind", qtype: "TXT" },
  },
];

const negative: readonly Sample[] = [
  { name: "a short message", bytes: hex("000b") },
  { name: "a response", bytes: hex("0034 1234 81") },
  { name: "a message that was cut", bytes: hex("0034 1234 03") },
  { name: "a reserved opcode", bytes: hex("0034 1234 19") },
  { name: "a reserved bit", bytes: hex("0034 1234 01 40") },
  { name: "a code of a response", bytes: hex("0034 1234 01 03") },
  { name: "a query of 4 KiB", bytes: hex("1000 1234 01") },
  { name: "a frame of IEC 104", bytes: hex("68 04 07 00 00") },
  { name: "a command of ZooKeeper", bytes: wire("ruok") },
  { name: "Telnet", bytes: hex("ff fd") },
  { name: "a line of one letter", bytes: wire("u\r\n") },
  { name: "a line of two letters", bytes: wire("/a\r\n") },
  { name: "a line of two letters with a bare LF", bytes: wire("mn\n") },
  { name: "Cassandra", bytes: hex("05 00 00 00 05 00 00 00") },
  { name: "no question, in a long message", bytes: hex("0034 1234 0100 0000") },
  { name: "two questions", bytes: hex("0034 1234 0100 0002") },
  { name: "many questions", bytes: hex("0034 1234 0100 01") },
  { name: "an answer", bytes: hex("0034 1234 0100 0001 0001") },
  { name: "two authorities", bytes: hex("0034 1234 0100 0001 0000 0002") },
  { name: "many records", bytes: hex("0034 1234 0100 0001 0000 0000 01") },
  { name: "a question in an inverse query", bytes: hex("0034 1234 0980 0001") },
  {
    name: "a pointer in the question",
    bytes: message("0100", [1, 0, 0, 0], hex("c00c 0001 0001 0000")),
  },
  {
    name: "type 0",
    bytes: message("0100", [1, 0, 0, 0], name("a"), hex("0000 0001")),
  },
  {
    name: "another class",
    bytes: message("0100", [1, 0, 0, 0], name("a"), hex("0001 0002")),
  },
  {
    name: "a name of more than 255 bytes",
    bytes: query(Array(5).fill("x".repeat(63)).join(".")),
  },
  {
    name: "a question that runs past the message",
    bytes: wire(hex("0011 1234 0100 0001 0000 0000 0000 01 61 00 0001 0001")),
  },
  { name: "ADB", bytes: wire("CNXN", hex("01000001 00100000")) },
  { name: "TPKT", bytes: hex("0300 0013 0e e0") },
  { name: "OpenVPN", bytes: hex("000e 38 507a28a78275788d 00 00000000") },
  { name: "MQTT", bytes: wire(hex("10 2b 00 04"), "MQTT") },
  { name: "Oracle", bytes: hex("003a 0000 0100 0000") },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "bytes behind the question",
    bytes: message("0100", [1, 0, 0, 0], name("a"), hex("0001 0001 00")),
    why: "the records do not end where the message does",
  },
  {
    name: "a record that runs past the message",
    bytes: message(
      "0100",
      [1, 0, 0, 1],
      name("a"),
      hex("0001 0001"),
      hex("00"),
    ),
    why: "the records do not end where the message does",
  },
  {
    name: "a record that points to itself",
    bytes: message(
      ...["0100", [1, 0, 0, 1]] as const,
      wire(name("a"), hex("0001 0001"), hex("c013 0001 0001 00000000 0000")),
    ),
    why: "a record has no name",
  },
];

testDetector(dns, { positive, negative, malformed });

Deno.test("DNS: makes way for a greeting of SOCKS 5, byte by byte", () => {
  for (const greeting of ["05 01 00", "05 02 00 01", "05 03 00 01 02"]) {
    const bytes = hex(greeting);
    assertEquals(dns.detect(bytes.subarray(0, -1), OPEN).kind, "more");
    assertEquals(dns.detect(bytes, OPEN).kind, "no");
    assertEquals(socks.detect(bytes, OPEN).kind, "match");
  }
  const long = hex("0501 1234 0100 0001 0000 0000 0001");
  assertEquals(dns.detect(long, OPEN).kind, "more");
  assertEquals(socks.detect(long, OPEN).kind, "no");
});

Deno.test("DNS: NAME takes a host or a wildcard", () => {
  const parsed = dns.rules.NAME!.parse("*.example.com");
  assert(parsed.ok);
  assert(parsed.matcher.test({ name: "a.example.com" }));
  assert(!parsed.matcher.test({ name: "a\\046example.com" }));
});
