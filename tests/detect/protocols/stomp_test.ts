import { stomp } from "../../../src/detect/protocols/stomp.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { wire } from "../../support/wire.ts";

testDetector(stomp, {
  positive: matching({
    "stomp-client of npm": [
      wire("CONNECT\nlogin:u\npasscode:p\n\n\0"),
      { user: "u" },
    ],
    "a virtual host, and frames behind it": [
      wire("STOMP\r\naccept-version:1.2\r\nhost:/a\r\n\r\n\0SEND\n"),
      { vhost: "/a" },
    ],
    "no header": [wire("CONNECT\n\n\0")],
    "a header that is repeated": [
      wire("CONNECT\nhost:a:b\nhost:c\n\n\0"),
      { vhost: "a:b" },
    ],
  }),
  negative: others({
    "CONNECT of HTTP": wire("CONNECT a:443 HTTP/1.1\r\n\r\n"),
    "CONNECT of NATS": wire('CONNECT {"verbose":false}\r\n'),
    "a word that goes on": wire("CONNECTED\n"),
    "a line without a name": wire("CONNECT\n:a\n"),
    "a line without a colon": wire("CONNECT\nhost\n"),
    "a control byte": wire("CONNECT\nhost:\x01"),
    "no NUL": wire("CONNECT\nhost:a\n\nb"),
    "a line end of CR alone": wire("STOMP\ra"),
  }),
  malformed: [{
    name: "a host with a control character",
    bytes: wire("CONNECT\nhost:a\x7f\n\n\0"),
    why: "the vhost contains a control byte",
  }],
});
