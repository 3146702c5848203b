import { mssql } from "../../../src/detect/protocols/mssql.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { le } from "../../support/little_endian.ts";
import { be, hex, wire } from "../../support/wire.ts";

/** A table with VERSION, ENCRYPTION, INSTOPT, THREADID, MARS, and the data. */
const OPTIONS = wire(
  hex("00 00 1a 00 06  01 00 20 00 01  02 00 21 00 01"),
  hex("03 00 22 00 04  04 00 26 00 01  ff"),
  hex("11 07 00 01 00 00  00  00  00 00 1b 80  01"),
);

testDetector(mssql, {
  positive: [
    { name: "PRELOGIN", bytes: packet(0x12, OPTIONS), facts: {} },
    {
      name: "PRELOGIN with only a version",
      bytes: packet(0x12, hex("00 00 06 00 06 ff 09 00 00 00 00 00")),
      facts: {},
    },
    {
      name: "PRELOGIN whose first packet is number 0",
      bytes: packet(0x12, OPTIONS, { number: 0 }),
      facts: {},
    },
    {
      name: "PRELOGIN, and more in the next packet",
      bytes: packet(0x12, OPTIONS, { status: 0 }),
      facts: {},
    },
    { name: "LOGIN7 of TDS 7.0", bytes: login7(0x70000000), facts: {} },
    { name: "LOGIN7 of TDS 7.4", bytes: login7(0x74000004), facts: {} },
    {
      name: "LOGIN7 in two packets",
      bytes: packet(0x10, wire(le(6000, 4), le(0x72090002, 4)), { status: 0 }),
      facts: {},
    },
    { name: "a login of TDS 5.0", bytes: oldLogin({}), facts: {} },
    {
      name: "a login of TDS 4.2 of a big-endian client",
      bytes: oldLogin({ numbers: [2, 0, 6, 4, 8] }),
      facts: {},
    },
  ],
  negative: [
    { name: "a batch", bytes: packet(0x01, OPTIONS) },
    { name: "an unknown status", bytes: hex("12 02") },
    { name: "an empty packet", bytes: hex("12 01 00 08") },
    { name: "a packet that is too long", bytes: hex("12 01 80 00") },
    { name: "a process id", bytes: hex("12 01 00 2f 00 01") },
    { name: "a byte behind the number", bytes: hex("12 01 00 2f 00 00 01 01") },
    {
      name: "PRELOGIN without a version",
      bytes: packet(0x12, hex("01 00 0b 00 01 ff 00")),
    },
    { name: "PRELOGIN without options", bytes: packet(0x12, hex("ff")) },
    {
      name: "PRELOGIN with an unknown option",
      bytes: packet(0x12, hex("00 00 0b 00 06 20 00 11 00 01 ff")),
    },
    {
      name: "PRELOGIN with two versions",
      bytes: packet(0x12, hex("00 00 0b 00 01 00 00 0b 00 01 ff 00")),
    },
    {
      name: "PRELOGIN with an option past its end",
      bytes: packet(0x12, hex("00 00 06 00 07 ff 09 00 00 00 00 00")),
    },
    {
      name: "PRELOGIN with an option in the table",
      bytes: packet(0x12, hex("00 00 05 00 06 ff 09 00 00 00 00 00")),
    },
    {
      name: "PRELOGIN whose table does not end",
      bytes: packet(0x12, hex("00 00 06 00 01 01 00 06 00 01")),
    },
    {
      name: "PRELOGIN with a very long table",
      bytes: packet(0x12, hex("00 00 06 00 01" + "01 00 06 00 01".repeat(40))),
    },
    { name: "LOGIN7 of TDS 8", bytes: login7(0x75000000) },
    { name: "LOGIN7 of another length", bytes: login7(0x74000004, 1) },
    {
      name: "LOGIN7 in two packets that fits in one",
      bytes: packet(0x10, wire(le(86, 4), le(0x72090002, 4), "x".repeat(86)), {
        status: 0,
      }),
    },
    {
      name: "a short LOGIN7",
      bytes: packet(0x10, wire(le(8, 4), le(0x72090002, 4))),
    },
    { name: "a login with a long text", bytes: oldLogin({ userLength: 31 }) },
    { name: "a login with a shorter text", bytes: oldLogin({ userLength: 1 }) },
    {
      name: "a login with other numbers",
      bytes: oldLogin({ numbers: [3, 1, 6, 10, 10] }),
    },
    { name: "a short login", bytes: hex("02 00 00 80 00 00 01 00") },
    { name: "MQTT", bytes: wire(0x10, 12, 0, 4, "MQTT") },
    { name: "Minecraft", bytes: hex("10 00 d2 01 09") },
    { name: "SOCKS", bytes: hex("05 01 00") },
  ],
});

function packet(
  type: number,
  body: Uint8Array,
  { status = 1, number = 1 } = {},
): Uint8Array {
  return wire(type, status, be(8 + body.length, 2), 0, 0, number, 0, body);
}

function login7(version: number, missing = 0): Uint8Array {
  const rest = "\0".repeat(100);
  return packet(
    0x10,
    wire(le(8 + rest.length + missing, 4), le(version, 4), rest),
  );
}

function oldLogin(
  { userLength = 4, numbers = [3, 1, 6, 10, 9] }: {
    userLength?: number;
    numbers?: readonly number[];
  },
): Uint8Array {
  const texts = ["workstation", "user", "secret", "4711"].map((text) =>
    wire(
      text.padEnd(30, "\0"),
      text === "user" ? userLength : text.length,
    )
  );
  return packet(
    0x02,
    wire(...texts, numbers, "\0".repeat(504 - 124 - numbers.length)),
    { status: 0 },
  );
}
