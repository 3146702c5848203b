import { dcerpc } from "../../../src/detect/protocols/dcerpc.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex } from "../../support/wire.ts";

testDetector(dcerpc, {
  positive: matching({
    "the endpoint mapper by impacket": [
      hex(`05000b03 10000000 4800 0000 01000000 b810 b810 00000000 01000000
        0000 0100 0883afe11f5dc91191a408002b14a0fa 03000000
        045d888aeb1cc9119fe808002b104860 02000000`),
      { interface: "e1af8308-5d1f-11c9-91a4-08002b14a0fa" },
    ],
    "the big end first": [
      hex(`05000b03 00000000 0048 0000 00000001 10b8 10b8 00000000 01000000
        0000 0100 e1af83085d1f11c991a408002b14a0fa 00000003`),
      { interface: "e1af8308-5d1f-11c9-91a4-08002b14a0fa" },
    ],
  }),
  negative: others({
    "SOCKS 5": hex("050100"),
    "SOCKS 5 with two methods": hex("05020002"),
    "a request": hex("05000003"),
    "a middle fragment": hex(`05000b02 10000000 4800 0000 01000000 b810 b810
      00000000 01000000 0000 0100 0883afe11f5dc91191a408002b14a0fa 03000000`),
    "an unknown representation": hex(`05000b03 01000000 4800 0000 01000000
      b810 b810 00000000 01000000 0000 0100 0883afe11f5dc91191a408002b14a0fa
      03000000`),
    "too short": hex(`05000b03 10000000 4700 0000 01000000 b810 b810
      00000000 01000000 0000 0100 0883afe11f5dc91191a408002b14a0fa 03000000`),
  }),
});
