import { lumberjack } from "../../../src/detect/protocols/lumberjack.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, wire } from "../../support/wire.ts";

testDetector(lumberjack, {
  positive: matching({
    "lumberjack-client of npm": [
      wire("2W", hex("00000001"), "2C", hex("00000023 789c")),
      { version: "2" },
    ],
    "the first version": [
      wire("1W", hex("0000000a"), "1D", hex("00000001 00000001 00000001"), "a"),
      { version: "1" },
    ],
    "events in JSON": [
      wire("2W", hex("00000001"), "2J", hex("00000001 00000002"), "{}"),
      { version: "2" },
    ],
  }),
  negative: others({
    "an empty window": wire("2W", hex("00000000"), "2C"),
    "another version behind it": wire("2W", hex("00000001"), "1C"),
    "another frame": wire("2W", hex("00000001"), "2E"),
    "a line of syslog": wire("23 <34>a"),
    "a huge window": wire("2W", hex("01")),
  }),
});
