import { assert, assertEquals } from "@std/assert";
import { redis } from "../../../src/detect/protocols/redis.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

const OPEN = { ended: false };

/** A sample of such text. */
function sample(name: string, text: string): Sample {
  return { name, bytes: wire(text) };
}

/** A sample of such text, in which a command is found. */
function found(command: string, name: string, text: string): PositiveSample {
  return { ...sample(name, text), facts: { command } };
}

const positive: readonly PositiveSample[] = [
  found("PING", "an array of one word", "*1\r\n$4\r\nPING\r\n"),
  found("GET", "lower case", "*2\r\n$3\r\nget\r\n$1\r\nx\r\n"),
  found(
    "HELLO",
    "a pipeline",
    "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*1\r\n$4\r\nPING",
  ),
  found(
    "FT.SEARCH",
    "a module's command",
    "*3\r\n$9\r\nFT.SEARCH\r\n$1\r\ni\r\n",
  ),
  found("MSET", "many words", "*1048575\r\n$4\r\nMSET\r\n$1\r\nk\r\n"),
  found("MSET", "a count of ten digits", "*2147483647\r\n$4\r\nMSET\r\n"),
  found("PING", "empty arrays first", "*0\r\n*-1\r\n*1\r\n$4\r\nPING\r\n"),
  found("PING", "an inline command", "PING\r\n"),
  found("PING", "an inline command in lower case", "ping\r\nping\r\n"),
  found("INFO", "a health check", "info replication\r\n"),
  found("SET", "quotes", 'SET key "my value with spaces"\r\n'),
  found("REPLCONF", "a replica", "REPLCONF listening-port 6380\r\n"),
  found("PUBLISH", "bytes that are not ASCII", "PUBLISH a \xc3\xa9\r\n"),
  found("FLUSHALL", "an argument that may be", "FLUSHALL ASYNC\r\n"),
  found("FLUSHALL", "an argument that need not be", "FLUSHALL\r\n"),
];

const negative: readonly Sample[] = [
  sample("a reply", "+OK\r\n"),
  sample("a count with a zero before it", "*01\r\n"),
  sample("a count with a sign before it", "*+1\r\n"),
  sample("a count of 65 digits", "*" + "1".repeat(65)),
  sample("an array with a bare LF", "*1\n"),
  sample("AIM", "*\x01"),
  sample("HTTP", "GET / HTTP/1.1\r\n\r\n"),
  sample("HTTP of another method", "PING / HTTP/1.1\r\n\r\n"),
  sample("HTTP of a method that is a command", "SUBSCRIBE /x HTTP/1.1\r\n\r\n"),
  sample("SIP", "PUBLISH sip:a@example.com SIP/2.0\r\n\r\n"),
  sample("RTSP", "SET rtsp://a/b RTSP/1.0\r\n"),
  sample("memcached", "set k 0 0 1\r\n"),
  sample("memcached's counter", "incr k 1\r\n"),
  sample("ClamAV", "PING\n"),
  sample("IRC's ping", "PING :irc.example.com\r\n"),
  sample("DICT", "CLIENT libcurl 7.88.1\r\n"),
  sample("SMTP", "HELO a\r\n"),
  sample("FTP", "AUTH TLS\r\n"),
  sample("a word that goes on", "PINGS"),
  sample("a command that needs arguments", "SET\r\n"),
  sample("a command with nothing but spaces", "SELECT  \r\n"),
  sample("a control byte", "SELECT 1\x01"),
  sample("a CR alone", "PING\r\r"),
  sample("a line that never ends", "SET k " + "v".repeat(1024)),
  sample("letters that never end", "A".repeat(100)),
];

const malformed: readonly MalformedSample[] = [
  {
    ...sample("a command without a length", "*1\r\n$\r\n"),
    why: "the length of the command is invalid",
  },
  {
    ...sample("a command of no length", "*1\r\n$0\r\n\r\n"),
    why: "the length of the command is invalid",
  },
  {
    ...sample("a length with a bare LF", "*1\r\n$4\nPING\r\n..."),
    why: "the length of the command is invalid",
  },
  {
    ...sample("a command that is too long", "*1\r\n$65\r\n"),
    why: "the command is too long",
  },
  {
    ...sample(
      "a command that is longer than its length",
      "*1\r\n$3\r\nPING\r\n",
    ),
    why: "the command is invalid",
  },
  {
    ...sample("a command that is no word", "*1\r\n$4\r\nP NG\r\n"),
    why: "the command is invalid",
  },
  {
    ...sample("an array of numbers", "*1\r\n:1\r\n"),
    why: "the command has no length",
  },
  {
    ...sample("an array of too many", "*12345678901\r\n"),
    why: "there are too many words",
  },
  {
    ...sample("an inline command behind an empty array", "*0\r\nPING\r\n"),
    why: "there is no command",
  },
  {
    ...sample("nothing but empty arrays", "*-1\r\n".repeat(103)),
    why: "there is no command",
  },
];

testDetector(redis, { positive, negative, malformed });

Deno.test("REDIS: says no at the first byte that rules it out", () => {
  const texts = [
    ...["G", "PO", "*01", "*1\r\r", "*--", "PINK", "SETT", "PING\n"],
    ...["SET\r", "INFO sip:a SIP/2.0\r"],
  ];
  for (const text of texts) {
    const bytes = wire(text);
    const before = redis.detect(bytes.subarray(0, -1), OPEN);
    assertEquals(before.kind, "more", text);
    assertEquals(redis.detect(bytes, OPEN).kind, "no", text);
  }
});

Deno.test("REDIS: an empty array alone matches at the end, where no rule needs the command", () => {
  const bytes = wire("*-1\r\n");
  const at = (ended: boolean, ...needs: string[]) =>
    redis.detect(bytes, { ended, needs: new Set(needs) });
  assertEquals(at(false), { kind: "more", atLeast: 6 });
  assertEquals(at(true), { kind: "match", facts: {} });
  const why = "there is no command";
  assertEquals(at(true, "command"), { kind: "malformed", why });
});

Deno.test("REDIS: asks for the whole word once its length is known", () => {
  const verdict = redis.detect(wire("*1\r\n$4\r"), OPEN);
  assertEquals(verdict, { kind: "more", atLeast: 14 });
});

Deno.test("REDIS: COMMAND takes an exact value or a prefix, in capitals", () => {
  const { COMMAND } = redis.rules;
  const prefix = COMMAND!.parse("FT.*");
  assert(prefix.ok);
  assert(prefix.matcher.test({ command: "FT.SEARCH" }));
  const lower = COMMAND!.parse("ping");
  assert(!lower.ok);
  assertEquals(lower.suggestion, "PING");
});
