/** The request line, through the detector. */
import assert from "node:assert/strict";
import type { Verdict } from "../../../src/detect/detector.ts";
import { http } from "../../../src/detect/protocols/http.ts";
import {
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

const GET = { method: "GET", path: "/", version: "1.1" };

const positive: readonly PositiveSample[] = [
  {
    name: "bare LF as line ends",
    bytes: wire("GET /a HTTP/1.1\nHost: b\n\n"),
    facts: { ...GET, path: "/a", host: "b" },
  },
  {
    name: "a method that nobody registered",
    bytes: wire("M-SEARCH_2 * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n"),
    facts: {
      method: "M-SEARCH_2",
      path: "*",
      version: "1.1",
      host: "239.255.255.250",
    },
  },
  {
    name: "a method of 32 bytes",
    bytes: wire("A".repeat(32), " / HTTP/1.1\r\n\r\n"),
    facts: { ...GET, method: "A".repeat(32) },
  },
  {
    name: "several spaces between the words",
    bytes: wire("GET  /   HTTP/1.1\r\n\r\n"),
    facts: GET,
  },
];

const negative: readonly Sample[] = [
  { name: "the HTTP/2 preface", bytes: wire("PRI * HTTP/2") },
  { name: "RTSP", bytes: wire("OPTIONS rtsp://a/b R") },
  { name: "SIP", bytes: wire("REGISTER sip:a SIP/2.0\r\n") },
  { name: "HTTP/0.9", bytes: wire("GET /\r\n") },
  { name: "HTTP/3", bytes: wire("GET / HTTP/3.0\r\n") },
  { name: "a version of two digits", bytes: wire("GET / HTTP/1.10\r\n") },
  { name: "a version without a digit", bytes: wire("GET / HTTP/1.x\r\n") },
  { name: "a version in lower case", bytes: wire("GET / http/1.1\r\n") },
  { name: "a space behind the version", bytes: wire("GET / HTTP/1.1 \r\n") },
  { name: "a CR without LF", bytes: wire("GET / HTTP/1.1\rX") },
  { name: "a space in the target", bytes: wire("GET /a b HTTP/1.1\r\n") },
  { name: "no target", bytes: wire("GET HTTP/1.1\r\n") },
  { name: "a control byte in the target", bytes: wire("GET /\x01") },
  { name: "a method in lower case", bytes: wire("get / HTTP/1.1\r\n") },
  { name: "a method that starts with a digit", bytes: wire("1GET /") },
  { name: "a method of 33 bytes", bytes: wire("A".repeat(33)) },
  { name: "a leading space", bytes: wire(" GET / HTTP/1.1\r\n") },
  { name: "a leading empty line", bytes: wire("\r\nGET / HTTP/1.1\r\n") },
  { name: "SMTP", bytes: wire("EHLO a.example\r\n") },
  { name: "SSH", bytes: wire("SSH-2.0-x\r\n") },
  { name: "TLS", bytes: wire(0x16, 3, 1) },
];

testDetector(http, { positive, negative });

Deno.test("HTTP: says no at the first byte that rules it out", () => {
  for (
    const text of [
      "g",
      "GE.",
      "GET /\t",
      "GET / X",
      "GET / HTTP/2",
      "PRI * HTTP/2",
      "GET / HTTP/1.1X",
    ]
  ) {
    const bytes = wire(text);
    assert.deepEqual(detect(bytes.subarray(0, -1)), {
      kind: "more",
      atLeast: bytes.length,
    });
    assert.deepEqual(detect(bytes), { kind: "no" });
  }
});

function detect(view: Uint8Array): Verdict {
  return http.detect(view, { ended: false });
}
