import { ads } from "../../../src/detect/protocols/ads.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex } from "../../support/wire.ts";

testDetector(ads, {
  positive: matching({
    "the state of a controller": [
      hex(`0000 20000000 050d75600101 1027 c0a801630101 0380 0400 0400
        00000000 00000000 03000000`),
      { net_id: "5.13.117.96.1.1", port: "10000" },
    ],
    "a request with data": [
      hex(`0000 2c000000 050d75600101 5303 c0a801630101 1180 0200 0400
        0c000000 00000000 6f000000 030000000200000004000000`),
      { net_id: "5.13.117.96.1.1", port: "851" },
    ],
  }),
  negative: others({
    "a reply": hex(`0000 20000000 050d75600101 1027 c0a801630101 0380 0400 0500
      01000000`),
    "a failed one": hex(`0000 20000000 050d75600101 1027 c0a801630101 0380 0400
      0400 00000000 01`),
    "an unknown command": hex(
      "0000 20000000 050d75600101 1027 c0a801630101 0380 0a",
    ),
    "no request": hex(
      "0000 20000000 050d75600101 1027 c0a801630101 0380 0200 0600",
    ),
    Modbus: hex("0000 0000 0006 0103"),
  }),
});
