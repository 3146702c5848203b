import { assertEquals } from "@std/assert";
import { memcached } from "../../../src/detect/protocols/memcached.ts";
import {
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

const OPEN = { ended: false };

/** A sample of such text. */
function sample(name: string, text: string): Sample {
  return { name, bytes: wire(text) };
}

/** A sample of such a line, in which its first word is found. */
function line(text: string): PositiveSample {
  const command = text.split(" ")[0]!;
  return { ...sample(text, `${text}\r\n`), facts: { command } };
}

/** The header of a binary request. */
function header(opcode: number, lengths: readonly number[]): Uint8Array {
  const [key, extras, body] = lengths;
  return wire(
    ...[0x80, opcode, be(key!, 2), extras!, 0, 0, 0],
    ...[be(body!, 4), new Uint8Array(12)],
  );
}

/** A sample of such a header, in which a command is found. */
function binary(
  command: string,
  opcode: number,
  ...lengths: readonly number[]
): PositiveSample {
  return {
    name: `a binary ${command}`,
    bytes: header(opcode, lengths),
    facts: { command },
  };
}

const positive: readonly PositiveSample[] = [
  ...[
    ...["get a", "gets a b c", "gat 60 a", "get a "],
    ...["set a 0 0 1", "add a 4294967295 -1 10 noreply", "cas a 0 0 1 99"],
    ...["incr a 1", "decr a 18446744073709551615 noreply", "touch a 60"],
    ...["delete a", "delete a 0", "delete a noreply"],
    ...["stats", "stats items", "stats cachedump 1 100"],
    ...["version", "verbosity 1", "flush_all", "flush_all 10 noreply"],
    ...["mn", "mg a v t O123", "ms a 3 T0", "md a q", "ma a N0"],
  ].map(line),
  {
    ...sample("a value behind the line", "set a 0 0 2\r\nhi\r\n"),
    facts: { command: "set" },
  },
  { ...sample("a bare LF", "stats\n"), facts: { command: "stats" } },
  {
    ...sample("arguments and a bare LF", "set a 0 0 2\nhi\n"),
    facts: { command: "set" },
  },
  binary("get", 0x00, 3, 0, 3),
  binary("set", 0x01, 1, 8, 20),
  binary("incr", 0x05, 1, 20, 21),
  binary("flush_all", 0x08, 0, 4, 4),
  binary("version", 0x0b, 0, 0, 0),
  binary("stats", 0x10, 5, 0, 5),
  binary("touch", 0x1c, 1, 4, 5),
  binary("set", 0x11, 1, 8, 20),
  binary("delete", 0x14, 3, 0, 3),
  binary("gat", 0x23, 1, 4, 5),
  binary("sasl_list", 0x20, 0, 0, 0),
  binary("sasl_auth", 0x21, 5, 0, 20),
];

const negative: readonly Sample[] = [
  sample("HTTP", "GET / HTTP/1.1\r\n\r\n"),
  sample("capitals", "GET a\r\n"),
  sample("an unknown command", "fetch"),
  sample("a word that goes on", "stats1"),
  sample("letters that never end", "a".repeat(30)),
  sample("the version with a bare LF", "version\n"),
  sample("Postfix's tcp_table", "get user@example.com\n"),
  sample("HTTP in lower case", "get / HTTP/1.1\r\nHost: a\r\n"),
  sample("HTTP/1.0 in lower case", "gets http://a/ HTTP/1.0 \r\n"),
  sample("no key", "get\r\n"),
  sample("a key of 251 bytes", `get ${"k".repeat(251)}\r\n`),
  sample("a control byte in a key", "get a\x01"),
  sample("a length that is missing", "set a 0 0\r\n"),
  sample("Redis", "set a b\r\n"),
  sample("a tube of beanstalkd", "watch a\r\n"),
  sample("a job of beanstalkd", "touch 7\r\n"),
  sample("an argument too many", "version 1\r\n"),
  sample("a line that never ends", "get " + "k ".repeat(2000)),
  sample("the command of every protocol", "quit\r\n"),
  { name: "another opcode", bytes: hex("80 30") },
  { name: "a hello of SSL 2", bytes: hex("80 2e 01 00 02 00 15 00 00") },
  { name: "TLS in a hello of SSL 2", bytes: hex("80 2e 01 03 01") },
  { name: "RPC", bytes: hex("80 000028 7e86ab4a 00000000 00000002") },
  { name: "Thrift", bytes: hex("80 01 0001 0000 001b") },
  { name: "Skinny", bytes: hex("80000000 00000000 01000000") },
  { name: "a key where none may be", bytes: header(0x0b, [1, 0, 1]) },
  { name: "no key where one must be", bytes: header(0x00, [0, 0, 0]) },
  { name: "a value where none may be", bytes: header(0x00, [1, 0, 2]) },
  { name: "no extras where they must be", bytes: header(0x01, [1, 0, 2]) },
  { name: "a body that is too short", bytes: header(0x01, [1, 8, 8]) },
].map(({ name, bytes }) => ({
  name,
  bytes: bytes[0] === 0x80 ? wire(bytes, new Uint8Array(24)) : bytes,
}));

testDetector(memcached, { positive, negative });

Deno.test("MEMCACHED: says no at the first byte that rules it out", () => {
  const texts = ["G", "gex", "version\n", "get\r", "get a\x01", "\x80\x30"];
  for (
    const text of [...texts, "\x80\x01\x01\x2e", "\x80\x01\x00\x01\x08\x01"]
  ) {
    const bytes = wire(text);
    const { kind } = memcached.detect(bytes.subarray(0, -1), OPEN);
    assertEquals(kind, "more", text);
    assertEquals(memcached.detect(bytes, OPEN).kind, "no", text);
  }
});
