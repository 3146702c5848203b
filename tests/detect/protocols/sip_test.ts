import { assertEquals } from "@std/assert";
import { sip } from "../../../src/detect/protocols/sip.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { hex, wire } from "../../support/wire.ts";

testDetector(sip, {
  positive: [
    {
      name: "REGISTER",
      bytes: wire("REGISTER sip:Example.COM SIP/2.0\r\nVia: SIP/2.0/TCP a"),
      facts: { method: "REGISTER", host: "example.com" },
    },
    {
      name: "INVITE with a user, a port, parameters and headers",
      bytes: wire("INVITE sips:bob;a?b@[::1]:5061;transport=tcp?x=y SIP/2.0\n"),
      facts: { method: "INVITE", host: "::1" },
    },
    {
      name: "an address with a parameter",
      bytes: wire("REGISTER sip:192.0.2.1;transport=TCP SIP/2.0\r\n"),
      facts: { method: "REGISTER", host: "192.0.2.1" },
    },
    {
      name: "a telephone number",
      bytes: wire("INVITE tel:122 SIP/2.0\r\n"),
      facts: { method: "INVITE" },
    },
    {
      name: "a service",
      bytes: wire("INVITE urn:service:sos SIP/2.0\r\n"),
      facts: { method: "INVITE" },
    },
    {
      name: "an answer on a connection of its own",
      bytes: wire("SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP a\r\n"),
      facts: {},
    },
    {
      name: "empty lines before it",
      bytes: wire("\r\n\r\nOPTIONS sip:nm SIP/2.0\r\n"),
      facts: { method: "OPTIONS", host: "nm" },
    },
  ],
  negative: [
    { name: "HTTP", bytes: wire("GET /") },
    { name: "HTTP to a proxy", bytes: wire("GET http://a/ HTTP/1.1\r\n") },
    { name: "HTTP/2", bytes: wire("PRI *") },
    { name: "RTSP", bytes: wire("OPTIONS rtsp://a/ RTSP/1.0\r\n") },
    { name: "SIP/1.0", bytes: wire("OPTIONS sip:a SIP/1.0\r\n") },
    { name: "an answer of another version", bytes: wire("SIP/3.0 200 OK") },
    { name: "an answer without a status", bytes: wire("SIP/2.0 OK\r\n") },
    { name: "a status of four digits", bytes: wire("SIP/2.0 2000 OK\r\n") },
    { name: "half an empty line", bytes: wire("\r\n\rA") },
    { name: "many empty lines", bytes: wire("\r\n".repeat(5)) },
    { name: "a PROXY header", bytes: hex("0d 0a 0d 0a 00 0d 0a 51") },
    { name: "XMPP", bytes: wire("<?xml") },
  ],
  malformed: [
    {
      name: "no host",
      bytes: wire("OPTIONS sip:bob@;x SIP/2.0\r\n"),
      why: "the host is empty",
    },
    {
      name: "a host that is none",
      bytes: wire("OPTIONS sip:bob@a/b SIP/2.0\r\n"),
      why: 'the host holds "/"',
    },
  ],
});

Deno.test("SIP: says no at the first byte that rules it out", () => {
  for (
    const text of ["OPTIONS /", "OPTIONS sip:a H", "OPTIONS sip:a SIP/2.1"]
  ) {
    const bytes = wire(text);
    const before = sip.detect(bytes.subarray(0, -1), { ended: false });
    assertEquals(before, { kind: "more", atLeast: bytes.length });
    assertEquals(sip.detect(bytes, { ended: false }).kind, "no");
  }
});
