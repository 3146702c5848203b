import { assert, assertEquals } from "@std/assert";
import { amqp } from "../../../src/detect/protocols/amqp.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

const HEADERS: readonly (readonly [string, string, ...number[]])[] = [
  ["RabbitMQ's clients", "0-9-1", 0, 0, 9, 1],
  ["0-9-1 with the header of 0-8", "0-9-1", 1, 1, 9, 1],
  ["1.0", "1.0", 0, 1, 0, 0],
  ["1.0 that asks for TLS", "1.0", 2, 1, 0, 0],
  ["1.0 that asks for SASL", "1.0", 3, 1, 0, 0],
  ["0-10", "0-10", 1, 1, 0, 10],
  ["0-9", "0-9", 1, 1, 0, 9],
  ["0-8", "0-8", 1, 1, 8, 0],
];

testDetector(amqp, {
  positive: [
    ...HEADERS.map(([name, version, ...bytes]) => ({
      name,
      bytes: wire("AMQP", ...bytes),
      facts: { version },
    })),
    {
      name: "an open frame behind the header",
      bytes: wire("AMQP", 0, 1, 0, 0, 0, 0, 0, 30, 2, 0, 0, 0),
      facts: { version: "1.0" },
    },
  ],
  negative: [
    { name: "lower case", bytes: wire("amqp", 0, 0, 9, 1) },
    { name: "a text that starts alike", bytes: wire("AMQP PLAIN") },
    { name: "an unknown protocol of 1.0", bytes: wire("AMQP", 4, 1, 0, 0) },
    { name: "FTP", bytes: wire("AUTH TLS\r\n") },
  ],
  malformed: [
    {
      name: "an unknown version",
      bytes: wire("AMQP", 0, 0, 9, 2),
      why: "the version is unknown",
    },
  ],
});

Deno.test("AMQP: says no at the first byte that rules it out", () => {
  const bytes = wire("AMQP", 4);
  assertEquals(
    amqp.detect(bytes.subarray(0, 4), { ended: false }).kind,
    "more",
  );
  assertEquals(amqp.detect(bytes, { ended: false }).kind, "no");
});

Deno.test("AMQP: VERSION takes a version that there is, whole", () => {
  const { VERSION } = amqp.rules;
  const parsed = VERSION!.parse("0-9");
  assert(parsed.ok);
  assert(parsed.matcher.test({ version: "0-9" }));
  assert(!parsed.matcher.test({ version: "0-9-1" }));
  for (const bad of ["1", "0-9*", "0-11", ""]) {
    assert(!VERSION!.parse(bad).ok, bad);
  }
});
