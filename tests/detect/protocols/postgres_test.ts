import { assert, assertEquals } from "@std/assert";
import { postgres } from "../../../src/detect/protocols/postgres.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

const OPEN = { ended: false };

/** A startup message with such pairs, of version 3.0 or another. */
function startup(pairs: string, version = "0003 0000"): Uint8Array {
  return wire(be(9 + pairs.length, 4), hex(version), pairs, 0);
}

/** A request to cancel, with a key of such a length. */
function cancel(keyBytes: number): Uint8Array {
  const key = new Uint8Array(keyBytes).fill(9);
  return wire(be(12 + keyBytes, 4), hex("04d2162e 00000001"), key);
}

const positive: readonly PositiveSample[] = [
  {
    name: "a request for TLS",
    bytes: hex("00000008 04d2162f"),
    facts: { tls: true },
  },
  {
    name: "a request for GSSAPI encryption",
    bytes: hex("00000008 04d21630"),
    facts: { tls: true },
  },
  { name: "a request to cancel", bytes: cancel(4), facts: { cancel: true } },
  {
    name: "a request to cancel with a long key",
    bytes: cancel(256),
    facts: { cancel: true },
  },
  {
    name: "psql",
    bytes: startup(
      "user\0al\0database\0shop\0application_name\0psql\0" +
        "client_encoding\0UTF8\0",
    ),
    facts: { user: "al", database: "shop", application_name: "psql" },
  },
  {
    name: "no database, which is that of the user's name",
    bytes: startup("user\0al\0"),
    facts: { user: "al", database: "al" },
  },
  {
    name: "an empty database",
    bytes: startup("database\0\0user\0al\0"),
    facts: { user: "al", database: "al" },
  },
  {
    name: "version 3.2 with an option of its own",
    bytes: startup("_pq_.x\x001\0user\0al\0", "0003 0002"),
    facts: { user: "al", database: "al" },
  },
  {
    name: "a user in UTF-8",
    bytes: startup("user\0m\xc3\xbcller\0"),
    facts: { user: "müller", database: "müller" },
  },
  {
    name: "an application name that the server cuts",
    bytes: startup(`user\0al\0application_name\0${"x".repeat(100)}\0`),
    facts: { user: "al", database: "al", application_name: "x".repeat(63) },
  },
  {
    name: "a query behind the message",
    bytes: wire(startup("user\0al\0"), "Q", be(4, 4)),
    facts: { user: "al", database: "al" },
  },
];

const negative: readonly Sample[] = [
  { name: "a first byte of a length", bytes: hex("01") },
  { name: "a long message", bytes: hex("0000 28") },
  { name: "a longer message than 10004", bytes: hex("0000 2715") },
  { name: "a short message", bytes: hex("0000 0007") },
  { name: "Vertica", bytes: hex("0000 0040 0003 0005") },
  { name: "SMB", bytes: hex("0000 002f ff534d42") },
  { name: "Kafka's versions", bytes: hex("0000 0011 0012 0002") },
  {
    name: "Kafka's metadata",
    bytes: hex("0000 0015 0003 0000 00000001 0007 6b61666b616a73"),
  },
  { name: "ZooKeeper", bytes: hex("0000 002c 00000000") },
  { name: "version 2", bytes: hex("0000 0128 0002") },
  { name: "TLS asked for at a wrong length", bytes: hex("00000009 04d2162f") },
  { name: "a cancel request without a key", bytes: hex("0000000c 04d2162e") },
  { name: "a key that is too long", bytes: hex("0000010d 04d2162e") },
  { name: "another code", bytes: hex("00000008 04d21631") },
  { name: "no pair", bytes: hex("00000009 00030000") },
  { name: "no name", bytes: startup("\0al\0") },
  { name: "a name with a space", bytes: startup("us er\0al\0") },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "no user",
    bytes: startup("database\0shop\0"),
    why: "the message names no user",
  },
  {
    name: "an empty user",
    bytes: startup("user\0\0"),
    why: "the message names no user",
  },
  {
    name: "two users",
    bytes: startup("user\0al\0user\0root\0"),
    why: "there are two names for the user",
  },
  {
    name: "two databases",
    bytes: startup("user\0al\0database\0a\0database\0b\0"),
    why: "there are two names for the database",
  },
  {
    name: "a user of 256 bytes",
    bytes: startup(`user\0${"u".repeat(256)}\0`),
    why: "the user is longer than 255 bytes",
  },
  {
    name: "a control byte in the user",
    bytes: startup("user\0a\nl\0"),
    why: "the user contains a control byte",
  },
  {
    name: "no NUL at the end",
    bytes: startup("user\0al\0").with(-1, 1),
    why: "the message does not end with a NUL",
  },
  {
    name: "a name without a value",
    bytes: startup("user\0al\0database\0"),
    why: "a value does not end",
  },
  {
    name: "a value that the last NUL ends",
    bytes: startup("user\0al"),
    why: "a value does not end",
  },
  {
    name: "an empty name between others",
    bytes: startup("user\0al\0\0x\0"),
    why: "a name is empty",
  },
];

testDetector(postgres, { positive, negative, malformed, partial: true });

Deno.test("POSTGRES: asks for the whole message once its length is known", () => {
  const message = startup("user\0al\0database\0shop\0");
  for (const length of [8, 9, 20]) {
    const verdict = postgres.detect(message.subarray(0, length), OPEN);
    assertEquals(verdict, { kind: "more", atLeast: message.length });
  }
});

Deno.test("POSTGRES: byte 8 tells it from Kafka's metadata request", () => {
  const start = hex("0000 0015 0003 0000");
  assertEquals(postgres.detect(wire(start, 0), OPEN).kind, "no");
  assertEquals(postgres.detect(wire(start, "u"), OPEN).kind, "more");
});

Deno.test("POSTGRES: USER and DATABASE take an exact value or a prefix", () => {
  for (const [word, fact] of [["USER", "user"], ["DATABASE", "database"]]) {
    const rule = postgres.rules[word!]!;
    const exact = rule.parse("müller");
    const prefix = rule.parse("app_*");
    assert(exact.ok && prefix.ok);
    assert(exact.matcher.test({ [fact!]: "müller" }));
    assert(!exact.matcher.test({ [fact!]: "Müller" }));
    assert(prefix.matcher.test({ [fact!]: "app_1" }));
    assert(!prefix.matcher.test({ tls: true }));
    assert(!rule.parse("two words").ok);
  }
});
