import { bolt } from "../../../src/detect/protocols/bolt.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex } from "../../support/wire.ts";

testDetector(bolt, {
  positive: matching({
    "neo4j-driver 6": [
      hex("6060b017 000001ff 00080805 00020404 00000003"),
      { versions: ["manifest", "5.8", "4.4", "3.0"] },
    ],
    "one version, and what follows": [
      hex("6060b017 00000104 00000000 00000000 00000000 00"),
      { versions: ["4.1"] },
    ],
  }),
  negative: others({
    "another magic": hex("6060b018"),
    "no version": hex("6060b017 00000000 00000000 00000000 00000000"),
    "a proposal with a byte before it": hex("6060b017 01"),
  }),
});
