import { jdwp } from "../../../src/detect/protocols/jdwp.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { wire } from "../../support/wire.ts";

testDetector(jdwp, {
  positive: matching({
    jdb: [wire("JDWP-Handshake")],
    "and a command": [wire("JDWP-Handshake", 0, 0, 0, 11)],
  }),
  negative: others({
    "another word": wire("JDWP-Handshakf"),
    "Java RMI": wire("JRMI"),
  }),
});
