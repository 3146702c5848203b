import { assertEquals } from "@std/assert";
import { mongodb } from "../../../src/detect/protocols/mongodb.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { le } from "../../support/little_endian.ts";
import { hex, wire } from "../../support/wire.ts";

const HELLO = document(hex("10"), "hello\0", le(1, 4), 2, "$db\0");
const COLLECTION = "admin.$cmd\0";

testDetector(mongodb, {
  positive: [
    {
      name: "OP_MSG",
      bytes: message({ opcode: 2013, body: wire(le(0, 4), 0, HELLO) }),
      facts: {},
    },
    {
      name: "OP_MSG with a checksum and leave to answer often",
      bytes: message({
        opcode: 2013,
        body: wire(le(0x10001, 4), 0, HELLO, le(0, 4)),
      }),
      facts: {},
    },
    {
      name: "OP_QUERY",
      bytes: message({
        opcode: 2004,
        body: wire(le(4, 4), COLLECTION, le(0, 4), le(1, 4), HELLO),
      }),
      facts: {},
    },
    {
      name: "OP_QUERY that answers -1, as old shells say",
      bytes: message({
        opcode: 2004,
        answers: 0xffffffff,
        body: wire(le(0, 4), "test.$cmd\0", le(0, 4), le(1, 4), HELLO),
      }),
      facts: {},
    },
    {
      name: "OP_COMMAND",
      bytes: message({
        opcode: 2010,
        body: wire("admin\0isMaster\0", HELLO, document()),
      }),
      facts: {},
    },
    {
      name: "OP_INSERT",
      bytes: message({ opcode: 2002, body: wire(le(0, 4), "a.b\0", HELLO) }),
      facts: {},
    },
  ],
  negative: [
    { name: "Cassandra's OPTIONS", bytes: hex("42 00 00 00 05 00 00 00 00") },
    {
      name: "Cassandra's OPTIONS of a beta",
      bytes: hex("06 10 00 00 05 00 00 00 00"),
    },
    {
      name: "OP_COMMAND of no database",
      bytes: message({ opcode: 2010, body: wire("\0isMaster\0", HELLO) }),
    },
    {
      name: "OP_COMMAND of no command",
      bytes: message({ opcode: 2010, body: wire("admin\0\0", HELLO) }),
    },
    {
      name: "OP_COMMAND of a database with a control byte",
      bytes: message({ opcode: 2010, body: wire("ad\n\0x\0", HELLO) }),
    },
    {
      name: "OP_COMMAND of a long name",
      bytes: message({ opcode: 2010, body: wire("a".repeat(400)) }),
    },
    { name: "text", bytes: wire("GET") },
    { name: "a length that is too short", bytes: le(25, 4) },
    { name: "a length that is too long", bytes: le(0x10000, 4) },
    { name: "an answer", bytes: message({ opcode: 2013, answers: 1 }) },
    { name: "an unknown opcode", bytes: message({ opcode: 2014 }) },
    { name: "an opcode with high bytes", bytes: message({ opcode: 67549 }) },
    { name: "OP_COMPRESSED", bytes: message({ opcode: 2012 }) },
    {
      name: "OP_MSG with an unknown flag",
      bytes: message({ opcode: 2013, body: wire(le(4, 4), 0, HELLO) }),
    },
    {
      name: "OP_MSG of another kind",
      bytes: message({ opcode: 2013, body: wire(le(0, 4), 1, HELLO) }),
    },
    {
      name: "OP_MSG whose document goes past it",
      bytes: message({
        opcode: 2013,
        body: wire(le(0, 4), 0, le(HELLO.length + 1, 4), HELLO.subarray(4)),
      }),
    },
    {
      name: "OP_MSG with an empty document",
      bytes: message({ opcode: 2013, body: wire(le(0, 4), 0, document()) }),
    },
    {
      name: "OP_QUERY with unknown flags",
      bytes: message({ opcode: 2004, body: wire(le(256, 4), COLLECTION) }),
    },
    {
      name: "OP_QUERY of a name without a dot",
      bytes: message({ opcode: 2004, body: wire(le(0, 4), "admin\0", HELLO) }),
    },
    {
      name: "OP_QUERY of a name with a control byte",
      bytes: message({ opcode: 2004, body: wire(le(0, 4), "a.b\n", HELLO) }),
    },
    {
      name: "OP_QUERY of a name that goes past the message",
      bytes: message({ opcode: 2004, body: wire(le(0, 4), "a.bcdefgh") }),
    },
    {
      name: "OP_QUERY of a long name",
      bytes: message({ opcode: 2004, body: wire(le(0, 4), "a.".repeat(200)) }),
    },
    { name: "a ping of Minecraft", bytes: hex("fe 01 fa 00 0b 00 4d") },
    { name: "PostgreSQL", bytes: hex("00 00 00 08 04 d2 16 2f") },
  ],
});

Deno.test("MONGODB: says no at the first byte that rules it out", () => {
  const start = wire(le(100, 4), le(1, 4), le(0, 4), le(2013, 4));
  for (const at of [2, 3, 8, 9, 11, 12, 13, 14, 15]) {
    const view = start.slice(0, at + 1);
    view[at] = 0x77;
    const before = mongodb.detect(view.subarray(0, at), { ended: false });
    assertEquals(before, { kind: "more", atLeast: at + 1 }, `${at}`);
    assertEquals(mongodb.detect(view, { ended: false }).kind, "no", `${at}`);
  }
});

function message(
  { opcode, answers = 0, body = wire(le(0, 4), 0, HELLO) }: {
    opcode: number;
    answers?: number;
    body?: Uint8Array;
  },
): Uint8Array {
  const length = le(16 + body.length, 4);
  return wire(length, le(7, 4), le(answers, 4), le(opcode, 4), body);
}

/** A BSON document of such elements. */
function document(...parts: (number | string | Uint8Array)[]): Uint8Array {
  const elements = wire(...parts);
  return wire(le(5 + elements.length, 4), elements, 0);
}
