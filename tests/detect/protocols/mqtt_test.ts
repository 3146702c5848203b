import { assert, assertEquals } from "@std/assert";
import { mqtt } from "../../../src/detect/protocols/mqtt.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

const OPEN = { ended: false };
const LONG_ID = "x".repeat(600);

/** A number of 7 bits a byte. */
function varInt(value: number): number[] {
  return value < 128
    ? [value]
    : [value % 128 | 0x80, ...varInt(Math.floor(value / 128))];
}

/** A text behind its length. */
function text(value: string): Uint8Array {
  return vector(2, wire(value));
}

/** A CONNECT packet: protocol name, level, flags, then such parts. */
function connect(
  [name, level, flags]: readonly [string, number, number],
  ...parts: readonly (Uint8Array | number)[]
): Uint8Array {
  const body = wire(text(name), level, flags, be(60, 2), ...parts);
  return wire(0x10, varInt(body.length), body);
}

const V3 = ["MQIsdp", 3, 2] as const;
const V4 = ["MQTT", 4, 2] as const;
const V5 = ["MQTT", 5, 2] as const;

const positive: readonly PositiveSample[] = [
  {
    name: "version 3.1",
    bytes: connect(V3, text("sensor-7")),
    facts: { client_id: "sensor-7", version: "3.1" },
  },
  {
    name: "version 3.1.1",
    bytes: connect(V4, text("sensor-7")),
    facts: { client_id: "sensor-7", version: "3.1.1" },
  },
  {
    name: "version 5.0 with properties",
    bytes: connect(V5, vector(1, hex("21 0014")), text("sensor-7")),
    facts: { client_id: "sensor-7", version: "5.0" },
  },
  {
    name: "version 5.0 without properties",
    bytes: connect(V5, 0, text("sensor-7")),
    facts: { client_id: "sensor-7", version: "5.0" },
  },
  {
    name: "an empty client id, then a packet",
    bytes: wire(connect(V4, text("")), hex("82 08")),
    facts: { client_id: "", version: "3.1.1" },
  },
  {
    name: "a will, a user and a password",
    bytes: connect(
      ["MQTT", 4, 0xf6],
      text("é".replace("é", "\xc3\xa9")),
      text("will/topic"),
      text("bye"),
      text("user"),
      text("pass"),
    ),
    facts: { client_id: "é", version: "3.1.1" },
  },
  {
    name: "a password without a user, as 5.0 allows",
    bytes: connect(["MQTT", 5, 0x42], 0, text("a"), text("token")),
    facts: { client_id: "a", version: "5.0" },
  },
  {
    name: "a bridge",
    bytes: connect(["MQTT", 0x84, 2], text("bridge")),
    facts: { client_id: "bridge", version: "3.1.1" },
  },
  {
    name: "a long client id, of which the fact is cut",
    bytes: connect(V4, text(LONG_ID)),
    facts: { client_id: LONG_ID.slice(0, 512), version: "3.1.1" },
  },
  {
    name: "properties of more than 127 bytes",
    bytes: connect(
      V5,
      wire(varInt(205), hex("26"), text("k"), text("v".repeat(199))),
      text("a"),
    ),
    facts: { client_id: "a", version: "5.0" },
  },
];

const negative: readonly Sample[] = [
  { name: "another packet", bytes: hex("30 17 00 0a") },
  { name: "flags of the packet", bytes: hex("12") },
  { name: "a length of five bytes", bytes: hex("10 ff ff ff ff") },
  { name: "a packet without room for a name", bytes: hex("10 05") },
  { name: "a packet without room for a client id", bytes: hex("10 0b 00 04") },
  { name: "Minecraft", bytes: wire(hex("10 00 f2 05 09"), "127.0.0.1") },
  { name: "another name", bytes: wire(hex("10 20 00 04"), "MQTX") },
  {
    name: "another name of six letters",
    bytes: wire(hex("10 20 00 06"), "MQX"),
  },
  { name: "a name of five letters", bytes: hex("10 20 00 05") },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "level 6",
    bytes: connect(["MQTT", 6, 2], text("a")),
    why: "the protocol level is unknown",
  },
  {
    name: "level 3 of the new name",
    bytes: connect(["MQTT", 3, 2], text("a")),
    why: "the protocol level is unknown",
  },
  {
    name: "level 4 of the old name",
    bytes: connect(["MQIsdp", 4, 2], text("a")),
    why: "the protocol level is unknown",
  },
  {
    name: "the reserved flag",
    bytes: connect(["MQTT", 4, 3], text("a")),
    why: "the reserved flag is set",
  },
  {
    name: "a third quality of service",
    bytes: connect(["MQTT", 4, 0x1e], text("a")),
    why: "the will has no quality of service",
  },
  {
    name: "a quality of service without a will",
    bytes: connect(["MQTT", 4, 0x0a], text("a")),
    why: "there are flags for a will, but no will",
  },
  {
    name: "a password without a user",
    bytes: connect(["MQTT", 4, 0x42], text("a"), text("b")),
    why: "there is a password without a user",
  },
  {
    name: "properties that run past the packet",
    bytes: connect(V5, varInt(4351)[0]!, varInt(4351)[1]!, text("a")),
    why: "the properties run past the packet",
  },
  {
    name: "a length of properties that runs past the packet",
    bytes: connect(V5, hex("ff ff")),
    why: "the properties run past the packet",
  },
  {
    name: "a length of properties of five bytes",
    bytes: connect(V5, hex("ff ff ff ff 01")),
    why: "a length has more than 4 bytes",
  },
  {
    name: "a client id that runs past the packet",
    bytes: connect(V4, hex("0009 61")),
    why: "the client id runs past the packet",
  },
  {
    name: "no room for the user",
    bytes: connect(["MQTT", 4, 0x82], text("a")),
    why: "the client id runs past the packet",
  },
  {
    name: "bytes behind the client id",
    bytes: connect(V4, text("a"), 0),
    why: "bytes remain after the client id",
  },
  {
    name: "a NUL byte in the client id",
    bytes: connect(V4, text("a\0b")),
    why: "the client id contains a NUL byte",
  },
];

testDetector(mqtt, { positive, negative, malformed });

Deno.test("MQTT: does not wait for what is behind the client id", () => {
  const packet = connect(["MQTT", 4, 0x82], text("a"), text("user"));
  const known = packet.length - text("user").length;
  const before = mqtt.detect(packet.subarray(0, known - 1), OPEN);
  assertEquals(before, { kind: "more", atLeast: known });
  const { kind } = mqtt.detect(packet.subarray(0, known), OPEN);
  assertEquals(kind, "match");
});

Deno.test("MQTT: CLIENT_ID takes an exact value or a prefix", () => {
  const { CLIENT_ID } = mqtt.rules;
  const prefix = CLIENT_ID!.parse("sensor-*");
  assert(prefix.ok);
  assert(prefix.matcher.test({ client_id: "sensor-7" }));
  assert(!prefix.matcher.test({ client_id: "Sensor-7" }));
  assert(!CLIENT_ID!.parse("two words").ok);
});
