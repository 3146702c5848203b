import { jrmi } from "../../../src/detect/protocols/jrmi.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, wire } from "../../support/wire.ts";

testDetector(jrmi, {
  positive: matching({
    "a stream": [wire("JRMI", hex("00024b")), { kind: "stream" }],
    "a single operation": [wire("JRMI", hex("00014c50")), {
      kind: "single_op",
    }],
    "a multiplexer": [wire("JRMI", hex("00024d")), { kind: "multiplex" }],
  }),
  negative: others({
    "another version": wire("JRMI", hex("0003")),
    "an unknown kind": wire("JRMI", hex("00024e")),
    "another word": wire("JRMX"),
  }),
});
