import { adbServer } from "../../../src/detect/protocols/adb_server.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { wire } from "../../support/wire.ts";

testDetector(adbServer, {
  positive: matching({
    "adb of Debian": [wire("000chost:version"), { service: "host:version" }],
    "a device by its serial": [
      wire("001Ehost-serial:emulator-5554:forw"),
      { service: "host-serial:emulator-5554:forw" },
    ],
  }),
  negative: others({
    "git://": wire("0032git-upload-pack /a\0host=b\0"),
    "no digits": wire("000g"),
    "a short service": wire("0004host"),
    "a long service": wire("0fff"),
    "a device's service": wire("0006shell:"),
    "another word": wire("000chosts:"),
    "a control byte": wire("000chost:\n"),
  }),
});
