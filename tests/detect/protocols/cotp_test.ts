import { cotp } from "../../../src/detect/protocols/cotp.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, wire } from "../../support/wire.ts";

testDetector(cotp, {
  positive: matching({
    "nodes7 of npm": [
      hex("0300 0016 11e0 0000 0002 00 c0010a c1020100 c2020101"),
      { calling: "0x0100", called: "0x0101" },
    ],
    "S7 with text": [
      wire(
        hex("0300 0024 1fe0 0000 001b 00 c1020620 c210"),
        "SIMATIC-ROOT-HMI",
        hex("c0010a"),
      ),
      { calling: "0x0620", called: "SIMATIC-ROOT-HMI" },
    ],
    MMS: [
      hex("0300 0013 0ee0 0000 0006 00 c1020002 c2020200"),
      { calling: "0x0002", called: "0x0200" },
    ],
    "a text that looks like digits": [
      wire(hex("0300 0011 0ce0 0000 0001 00 c204"), "0x01"),
      { called: "0x30783031" },
    ],
  }),
  negative: others({
    RDP: hex("0300 0013 0ee0 0000 0000 00 0100 0800 0300 0000"),
    "nothing behind the class": hex("0300 000b 06e0 0000 0001 00 00"),
    "class 4": hex("0300 0016 11e0 0000 0001 40"),
    "H.323": hex("0300 00a0 0802"),
    "lengths that differ": hex("0300 0016 10e0 0000 0001 00 c0"),
    "a parameter that runs past the end": hex(
      "0300 000e 09e0 0000 0001 00 c10201",
    ),
  }),
});
