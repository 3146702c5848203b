import { adb } from "../../../src/detect/protocols/adb.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { le } from "../../support/little_endian.ts";
import { hex, wire } from "../../support/wire.ts";

const EMPTY = wire("\0".repeat(20), hex("ff ff ff ff"));

testDetector(adb, {
  positive: [
    { name: "a greeting", bytes: cnxn({}), facts: {} },
    {
      name: "a greeting of the first version",
      bytes: cnxn({ version: 0x01000000, identity: "host::\0" }),
      facts: {},
    },
    {
      name: "an empty packet before it",
      bytes: wire(EMPTY, cnxn({})),
      facts: {},
    },
  ],
  negative: [
    { name: "text", bytes: wire("CNXn") },
    { name: "another version", bytes: cnxn({ version: 0x02000000 }) },
    { name: "no identity", bytes: cnxn({ identity: "" }) },
    { name: "a device", bytes: cnxn({ identity: "device::" }) },
    {
      name: "another complement",
      bytes: wire(cnxn({}).subarray(0, 20), hex("bc b1 a7 b0")),
    },
    { name: "a long identity", bytes: cnxn({ length: 4097 }) },
    { name: "an empty packet of another kind", bytes: hex("00 00 01") },
    {
      name: "an empty packet and something else",
      bytes: wire(EMPTY, "OPEN"),
    },
  ],
});

function cnxn(
  { version = 0x01000001, identity = "host::features=shell_v2,cmd", length }: {
    version?: number;
    identity?: string;
    length?: number;
  },
): Uint8Array {
  return wire(
    "CNXN",
    le(version, 4),
    le(0x100000, 4),
    le(length ?? identity.length, 4),
    le(0, 4),
    hex("bc b1 a7 b1"),
    identity,
  );
}
