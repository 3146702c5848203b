import { sip } from "../../../src/detect/datagrams/sip.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { wire } from "../../support/wire.ts";

const INVITE = wire(
  "INVITE sip:bob@Example.com:5060 SIP/2.0\r\n",
  "Via: SIP/2.0/UDP 192.0.2.1\r\n\r\n",
);
const FACTS = { method: "INVITE", host: "example.com" };

testDatagramDetector(sip, {
  positive: [
    { name: "an INVITE", datagrams: [INVITE], facts: FACTS },
    {
      name: "an answer",
      datagrams: [wire("SIP/2.0 200 OK\r\n\r\n")],
      facts: {},
    },
    {
      name: "keep-alives before it",
      datagrams: [wire("\r\n\r\n"), wire(0, 0, 0, 0), INVITE],
      facts: FACTS,
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    {
      name: "three keep-alives",
      datagrams: ["\r\n", "\r\n", "\r\n"].map((x) => wire(x)),
    },
    { name: "a word", datagrams: [wire("hello")] },
    { name: "HTTP", datagrams: [wire("NOTIFY * HTTP/1.1\r\n\r\n")] },
    { name: "a line that is cut", datagrams: [INVITE.subarray(0, 20)] },
  ],
  malformed: [
    {
      name: "a host that is none",
      datagrams: [wire("INVITE sip:a..b SIP/2.0\r\n\r\n")],
      why: "the host has an empty label",
    },
  ],
});
