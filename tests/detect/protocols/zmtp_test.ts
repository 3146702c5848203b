import { zmtp } from "../../../src/detect/protocols/zmtp.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex } from "../../support/wire.ts";

testDetector(zmtp, {
  positive: matching({
    "the signature": [hex("ff 0000000000000000 7f")],
    "with the version and a mechanism": [
      hex("ff 0000000000000001 7f 03 01 4e554c4c"),
    ],
  }),
  negative: others({
    Telnet: hex("fffd03"),
    BGP: hex("ffff"),
    "a long identity": hex("ff 0000000000000100"),
    "another end": hex("ff 0000000000000000 80"),
  }),
});
