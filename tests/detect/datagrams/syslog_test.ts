import { syslog } from "../../../src/detect/datagrams/syslog.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { wire } from "../../support/wire.ts";

testDatagramDetector(syslog, {
  positive: [
    {
      name: "RFC 3164",
      datagrams: [wire("<34>Oct 11 22:14:15 host su: failed")],
      facts: {},
    },
    {
      name: "RFC 5424",
      datagrams: [wire("<165>1 2003-10-11T22:14:15.003Z host app - - - text")],
      facts: {},
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "a priority of 192", datagrams: [wire("<192>text")] },
    { name: "no priority", datagrams: [wire("<>text")] },
    { name: "a priority that is cut", datagrams: [wire("<13")] },
    { name: "text", datagrams: [wire("This is no message")] },
    { name: "a count before it, as over TCP", datagrams: [wire("8 <34>text")] },
    { name: "XML", datagrams: [wire("<?xml version='1.0'?>")] },
  ],
});
