import { assert, assertEquals } from "@std/assert";
import { http } from "../../../src/detect/protocols/http.ts";
import { rtsp } from "../../../src/detect/protocols/rtsp.ts";
import { sip } from "../../../src/detect/protocols/sip.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

testDetector(rtsp, {
  positive: [
    {
      name: "OPTIONS",
      bytes: wire("OPTIONS rtsp://Cam.example.net:8554/ RTSP/1.0\r\nCSeq: 1"),
      facts: { method: "OPTIONS", host: "cam.example.net" },
    },
    {
      name: "version 2.0 and a bare LF",
      bytes: wire("DESCRIBE rtsps://192.0.2.1/live?a=b RTSP/2.0\n"),
      facts: { method: "DESCRIBE", host: "192.0.2.1" },
    },
    {
      name: "a user, as cameras have them",
      bytes: wire("SETUP rtsp://admin:p@ss:1@cam.local:554/1 RTSP/1.0\r\n"),
      facts: { method: "SETUP", host: "cam.local" },
    },
    {
      name: "an IPv6 address",
      bytes: wire("PLAY rtsp://[2001:DB8::1]:554/ RTSP/1.0\r\n"),
      facts: { method: "PLAY", host: "2001:db8::1" },
    },
    {
      name: "an asterisk",
      bytes: wire("OPTIONS * RTSP/1.0\r\nCSeq: 0\r\n"),
      facts: { method: "OPTIONS" },
    },
    {
      name: "a path, as AirPlay has them",
      bytes: wire("GET /info RTSP/1.0\r\nCSeq: 0\r\n"),
      facts: { method: "GET" },
    },
    {
      name: "an underscore in the method",
      bytes: wire("GET_PARAMETER rtsp://a/ RTSP/1.0\r\n"),
      facts: { method: "GET_PARAMETER", host: "a" },
    },
    {
      name: "no host",
      bytes: wire("DESCRIBE rtsp:///live RTSP/1.0\r\n"),
      facts: { method: "DESCRIBE" },
    },
  ],
  negative: [
    { name: "HTTP", bytes: wire("GET /info HTTP/1.1\r\n") },
    { name: "HTTP to a proxy", bytes: wire("GET http://a/ HTTP/1.1\r\n") },
    { name: "HTTP/2", bytes: wire("PRI * HTTP/2.0\r\n") },
    { name: "SIP", bytes: wire("OPTIONS sip:a SIP/2.0\r\n") },
    { name: "another version", bytes: wire("OPTIONS * RTSP/3.0\r\n") },
    { name: "an answer", bytes: wire("RTSP/1.0 200 OK\r\n") },
    { name: "lower case", bytes: wire("options * RTSP/1.0\r\n") },
    { name: "a long method", bytes: wire("A".repeat(33)) },
    { name: "a line of one word", bytes: wire("QUIT\r\n") },
    { name: "a line of two words", bytes: wire("NICK name\r\n") },
    { name: "two spaces", bytes: wire("OPTIONS  * RTSP/1.0\r\n") },
    { name: "a target that is none", bytes: wire('CONNECT {"verbose":true}') },
    { name: "more behind the version", bytes: wire("PLAY * RTSP/1.0 x\r\n") },
    { name: "a CR alone", bytes: wire("PLAY * RTSP/1.0\rx") },
    { name: "a very long target", bytes: wire("PLAY /", "a".repeat(5000)) },
  ],
  malformed: [
    {
      name: "a host that is none",
      bytes: wire("PLAY rtsp://a..b/ RTSP/1.0\r\n"),
      why: "the host has an empty label",
    },
    {
      name: "a bad port",
      bytes: wire("PLAY rtsp://a:b/ RTSP/1.0\r\n"),
      why: "the host has a bad port",
    },
  ],
});

Deno.test("RTSP: the first letter of the version tells it from HTTP and SIP", () => {
  const start = "OPTIONS x://a.example.net/ ";
  const detectors = { R: rtsp, H: http, S: sip };
  for (const detector of Object.values(detectors)) {
    const before = detector.detect(wire(start), { ended: false });
    assertEquals(before.kind, "more");
    assertEquals(before.kind === "more" && before.atLeast, start.length + 1);
  }
  for (const letter of Object.keys(detectors)) {
    for (const [own, detector] of Object.entries(detectors)) {
      const verdict = detector.detect(wire(start, letter), { ended: false });
      assertEquals(verdict.kind, own === letter ? "more" : "no");
    }
  }
});

Deno.test("RTSP: HOST takes the host of the URI", () => {
  const parsed = rtsp.rules.HOST!.parse("cam.example.net");
  assert(parsed.ok && parsed.matcher.test({ host: "cam.example.net" }));
});
