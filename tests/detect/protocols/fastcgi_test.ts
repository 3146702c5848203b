import { assertEquals } from "@std/assert";
import { fastcgi } from "../../../src/detect/protocols/fastcgi.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { be, hex, wire } from "../../support/wire.ts";

const BEGIN = hex("01010001 00080000 00010000 00000000");
const END = hex("01040001 00000000");

/** A record of parameters. */
function record(...parts: readonly (string | number | Uint8Array)[]) {
  const body = wire(...parts);
  return wire(hex("01040001"), be(body.length, 2), 0, 0, body);
}

/** A parameter. */
function parameter(name: string, value: string): Uint8Array {
  const length = value.length < 128
    ? be(value.length, 1)
    : be(0x80000000 + value.length, 4);
  return wire(name.length, length, name, value);
}

const HOST = parameter("HTTP_HOST", "App.example:8080");
const SCRIPT = parameter("SCRIPT_FILENAME", "/srv/" + "a".repeat(200));

testDetector(fastcgi, {
  positive: matching({
    "a request": [wire(BEGIN, record(HOST, SCRIPT), END), {
      host: "app.example",
      script: "/srv/" + "a".repeat(200),
    }],
    "parameters in two records, a server's name, padding": [
      wire(
        hex("01010001 00080100 00010100 00000000 00"),
        record(parameter("SERVER_NAME", "b.example").subarray(0, 9)),
        record(parameter("SERVER_NAME", "b.example").subarray(9)),
        END,
      ),
      { host: "b.example" },
    ],
    "none, but the body": [wire(BEGIN, hex("01050001 00000000"))],
  }),
  negative: others({
    "another version": hex("0201"),
    "a question for values": hex("0109"),
    "another length": hex("01010001 0009"),
    "another role": hex("01010001 00080000 0004"),
    "bytes where there are none": hex("01010001 00080000 00010000 0000000001")
      .fill(1, 12),
  }),
  malformed: [{
    name: "a host that is none",
    bytes: wire(BEGIN, record(parameter("HTTP_HOST", "a@b")), END),
    why: 'the host holds "@"',
  }],
});

Deno.test("FASTCGI: no parameter is waited for that no rule tests", () => {
  const needs = new Set<string>();
  assertEquals(fastcgi.detect(BEGIN, { ended: false, needs }), {
    kind: "match",
    facts: {},
  });
  assertEquals(fastcgi.detect(BEGIN, { ended: false }).kind, "more");
});

Deno.test("FASTCGI: parameters that never end are not waited for", () => {
  const long = wire(
    BEGIN,
    ...Array.from(
      { length: 9 },
      () => record(parameter("A", "a".repeat(2000))),
    ),
  );
  assertEquals(fastcgi.detect(long, { ended: false }).kind, "match");
});

Deno.test("FASTCGI: a record is waited for as a whole, then the next header", () => {
  const first = wire(BEGIN, record(HOST));
  const ask = (length: number) => {
    const bytes = wire(first, record(SCRIPT)).subarray(0, length);
    const verdict = fastcgi.detect(bytes, { ended: false });
    return verdict.kind === "more" ? verdict.atLeast : verdict.kind;
  };
  assertEquals(ask(BEGIN.length + 8), first.length);
  assertEquals(ask(first.length), first.length + 8);
});
