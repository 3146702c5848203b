import { assertEquals } from "@std/assert";
import { stun } from "../../../src/detect/protocols/stun.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

const OPEN = { ended: false };
const TRANSPORT = hex("0019 0004 11000000");

/** A request of a type, with such attributes. */
function request(type: number, attributes: Uint8Array = hex("")): Uint8Array {
  return wire(
    be(type, 2),
    be(attributes.length, 2),
    hex("2112a442"),
    "0123456789ab",
    attributes,
  );
}

const positive: readonly PositiveSample[] = [
  { name: "a binding", bytes: request(1), facts: { method: "binding" } },
  {
    name: "an allocation, then another",
    bytes: wire(request(3, TRANSPORT), request(3, TRANSPORT)),
    facts: { method: "allocate" },
  },
  {
    name: "a connection of TURN",
    bytes: request(11, hex("002a 0004 00000001")),
    facts: { method: "connection_bind" },
  },
  {
    name: "an attribute with padding",
    bytes: request(1, wire(hex("0006 0005"), "alice", 0, 0, 0)),
    facts: { method: "binding" },
  },
  {
    name: "a frame, as ICE has it",
    bytes: vector(2, request(1, hex("0024 0004 6e0001ff"))),
    facts: { method: "binding" },
  },
];

const negative: readonly Sample[] = [
  { name: "other bytes", bytes: hex("40 00 00") },
  { name: "a success", bytes: hex("0101 0000 2112a442") },
  { name: "another method", bytes: hex("0002 0000") },
  { name: "no cookie, as before RFC 5389", bytes: hex("0001 0008 12345678") },
  { name: "a length that is not padded", bytes: hex("0001 0007 21") },
  { name: "a length that is too long", bytes: hex("0001 0800 21") },
  { name: "a frame of another length", bytes: hex("001c 0001 000c 2112") },
  { name: "a frame of no length", bytes: hex("0010 0001") },
  { name: "Modbus", bytes: hex("0001 0000 0006 0103 0000 0001") },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "an attribute that runs past the message",
    bytes: request(1, hex("0006 0008 61626364")),
    why: "the attributes do not end where the message does",
  },
];

testDetector(stun, { positive, negative, malformed });

Deno.test("STUN: asks for the whole message", () => {
  const plain = request(3, TRANSPORT);
  for (const bytes of [plain, vector(2, plain)]) {
    const verdict = stun.detect(bytes.subarray(0, 12), OPEN);
    assertEquals(verdict, { kind: "more", atLeast: bytes.length });
  }
});
