import { x11 } from "../../../src/detect/protocols/x11.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, wire } from "../../support/wire.ts";

testDetector(x11, {
  positive: matching({
    "xdpyinfo without a cookie": [hex("6c000b000000000000000000")],
    "with one, the little end first": [
      wire(
        hex("6c00 0b00 0000 1200 1000 0000"),
        "MIT-MAGIC-COOKIE-1",
        new Uint8Array(18),
      ),
      { authorization: "MIT-MAGIC-COOKIE-1" },
    ],
    "the big end first": [
      wire(hex("4200 000b 0000 0013 0010 0000"), "XDM-AUTHORIZATION-1"),
      { authorization: "XDM-AUTHORIZATION-1" },
    ],
  }),
  negative: others({
    "a text": wire("list"),
    "another version": hex("6c000a00"),
    "a long name": hex("6c00 0b00 0000 4100 1000 0000"),
    "data without a name": hex("6c00 0b00 0000 0000 1000 0000"),
    "a name that is none": wire(hex("6c00 0b00 0000 0200 1000 0000"), "a\0"),
  }),
});
