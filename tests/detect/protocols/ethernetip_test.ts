import { ethernetip } from "../../../src/detect/protocols/ethernetip.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex } from "../../support/wire.ts";

testDetector(ethernetip, {
  positive: matching({
    "a session": [
      hex(`6500 0400 00000000 00000000 0000000000000000 00000000 0100 0000`),
      { command: "register_session" },
    ],
    "a list of identities": [
      hex("6300 0000 00000000 00000000 c1debed100000000 00000000"),
      { command: "list_identity" },
    ],
    "a list of services": [
      hex("0400 0000 00000000 00000000 0000000000000000 00000000"),
      { command: "list_services" },
    ],
    "a list of interfaces": [
      hex("6400 0000 00000000 00000000 0000000000000000 00000000"),
      { command: "list_interfaces" },
    ],
  }),
  negative: others({
    "another command": hex("6600"),
    "data in a session": hex("6f00 1600 01000000"),
    "another version": hex(
      `6500 0400 00000000 00000000 0000000000000000 00000000 0200`,
    ),
    "a message of MongoDB": hex("63000000 01000000 00000000 dd070000"),
    "SOCKS 4": hex("0401 0050"),
  }),
});
