import { spice } from "../../../src/detect/protocols/spice.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, wire } from "../../support/wire.ts";

testDetector(spice, {
  positive: matching({
    "the main channel": [
      wire(
        "REDQ",
        hex("02000000 02000000 1a000000 00000000 01 00"),
        hex("01000000 01000000 12000000"),
      ),
      { channel: "main" },
    ],
    "a display of a session": [
      wire("REDQ", hex("02000000 02000000 1a000000 78563412 02 01")),
      { channel: "display" },
    ],
  }),
  negative: others({
    "another version": wire("REDQ", hex("03000000")),
    "an unknown channel": wire(
      "REDQ",
      hex("02000000 02000000 1a000000 00000000 0c"),
    ),
    "a short message": wire(
      "REDQ",
      hex("02000000 02000000 10000000 00000000 01 00"),
    ),
    "another text": wire("REDIS"),
  }),
});
