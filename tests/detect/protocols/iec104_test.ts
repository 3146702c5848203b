import { iec104 } from "../../../src/detect/protocols/iec104.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { hex, wire } from "../../support/wire.ts";

testDetector(iec104, {
  positive: Object.entries({
    "STARTDT act": hex("68 04 07 00 00 00"),
    "TESTFR act": hex("68 04 43 00 00 00"),
    "an interrogation behind it": hex("68 04 07 00 00 00 68 0e 00 00 00 00 64"),
  }).map(([name, bytes]) => ({ name, bytes, facts: {} })),
  negative: Object.entries({
    text: wire("hello"),
    "STARTDT con": hex("68 04 0b"),
    "an S frame": hex("68 04 01"),
    "an I frame": hex("68 0e"),
    "a byte in the control field": hex("68 04 07 00 01"),
  }).map(([name, bytes]) => ({ name, bytes })),
});
