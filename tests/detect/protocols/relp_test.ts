import { relp } from "../../../src/detect/protocols/relp.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { wire } from "../../support/wire.ts";

testDetector(relp, {
  positive: matching({
    rsyslog: [
      wire(
        "1 open 85 relp_version=0\nrelp_software=librelp,1.11.0,",
        "http://librelp.adiscon.com\ncommands=syslog\n",
      ),
    ],
    "another transaction": [wire("42 open 14 relp_version=1\n")],
  }),
  negative: others({
    "a transaction of 0": wire("0 open 14"),
    "a line of syslog": wire("85 <34>a"),
    "another command": wire("1 syslog 3 abc"),
    "no length": wire("1 open \n"),
    "another offer": wire("1 open 14 commands=syslog"),
    "a long number": wire("12345 open"),
  }),
});
