import { guacamole } from "../../../src/detect/protocols/guacamole.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { wire } from "../../support/wire.ts";

testDetector(guacamole, {
  positive: matching({
    "guacamole-lite of npm": [wire("6.select,3.rdp;"), { select: "rdp" }],
    "a connection to join, and what follows": [
      wire("6.select,37.$260d01da-779b-4ee9-afc1-c16bae885cc7;4.size;"),
      { select: "$260d01da-779b-4ee9-afc1-c16bae885cc7" },
    ],
  }),
  negative: others({
    "another instruction": wire("5.audio;"),
    "no name": wire("6.select,0.;"),
    "a longer name": wire("6.select,3.rdpx;"),
    "a list": wire("6.select,3.rdp,"),
    "a long length": wire("6.select,1000."),
    "a letter that is none": wire("6.select,3.r\0"),
    "a line of syslog": wire("6 <34>a"),
  }),
});
