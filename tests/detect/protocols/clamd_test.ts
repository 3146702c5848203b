import { clamd } from "../../../src/detect/protocols/clamd.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { wire } from "../../support/wire.ts";

testDetector(clamd, {
  positive: matching({
    "clamdscan": [wire("zINSTREAM\0", 0, 0, 0, 3, "vm\n"), {
      command: "INSTREAM",
    }],
    "a ping": [wire("zPING\0"), { command: "PING" }],
    "by lines": [wire("nVERSION\n"), { command: "VERSION" }],
    "a path": [wire("zCONTSCAN /srv\0"), { command: "CONTSCAN" }],
    "the commands that it has": [wire("nVERSIONCOMMANDS\n"), {
      command: "VERSIONCOMMANDS",
    }],
  }),
  negative: others({
    "another end": wire("zPING\n"),
    "an unknown command": wire("zPONG\0"),
    "a path where there is none": wire("nPING /srv\n"),
    "a word": wire("nick\r\n"),
    "a ping without a letter": wire("PING\n"),
  }),
});
