import { nats } from "../../../src/detect/protocols/nats.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { wire } from "../../support/wire.ts";

testDetector(nats, {
  positive: matching({
    "options": [
      wire('CONNECT {"verbose":false,"user":"alice","name":"w"}\r\nPING\r\n'),
      { user: "alice", name: "w" },
    ],
    "none": [wire("CONNECT {}\r\n")],
    "a name that is no text": [wire('CONNECT {"name":1}\r\n')],
  }),
  negative: others({
    "CONNECT of HTTP": wire("CONNECT a:443 HTTP/1.1\r\n"),
    "a bare LF": wire("CONNECT {}\n"),
    "no JSON": wire("CONNECT {a}\r\n"),
    "a control byte": wire("CONNECT {\0"),
    "a line that does not end": wire("CONNECT {", "a".repeat(4096)),
  }),
  malformed: [{
    name: "a user with a control character",
    bytes: wire('CONNECT {"user":"a\\n"}\r\n'),
    why: "the user contains a control byte",
  }],
});
