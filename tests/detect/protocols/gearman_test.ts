import { gearman } from "../../../src/detect/protocols/gearman.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, wire } from "../../support/wire.ts";

testDetector(gearman, {
  positive: matching({
    "gearman of npm": [
      wire(0, "REQ", hex("00000007 00000018"), "reverse\0bumpwimylu4h\0abc"),
      { function: "reverse" },
    ],
    "a worker": [
      wire(0, "REQ", hex("00000001 00000007"), "reverse"),
      { function: "reverse" },
    ],
    "a worker that asks for a job": [wire(0, "REQ", hex("00000009 00000000"))],
    "an echo": [wire(0, "REQ", hex("00000010 00000001"), "a")],
  }),
  negative: others({
    "a reply": wire(0, "RES"),
    "a kind of the server": wire(0, "REQ", hex("0000000b 00000000")),
    "an unknown kind": wire(0, "REQ", hex("0000002b")),
    "huge data": wire(0, "REQ", hex("00000010 20000000")),
    "a job without a function": wire(0, "REQ", hex("00000007 00000002 0000")),
    "an offer without one": wire(0, "REQ", hex("00000001 00000000")),
    "a job whose function does not end": wire(
      0,
      "REQ",
      hex("00000007 00000003"),
      "abc",
    ),
    "a question of DNS": hex("0052 4551 0100 0001"),
  }),
});
