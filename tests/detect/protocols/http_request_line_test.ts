/** The request line, through the detector. */
import { assertEquals } from "@std/assert";
import type { Verdict } from "../../../src/detect/detector.ts";
import { http } from "../../../src/detect/protocols/http.ts";
import {
  type MalformedSample,
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
    name: "a method in lower case",
    bytes: wire("patch / HTTP/1.1\r\n\r\n"),
    facts: { ...GET, method: "patch" },
  },
  {
    name: "a method of mixed case",
    bytes: wire("m-Search / HTTP/1.1\r\n\r\n"),
    facts: { ...GET, method: "m-Search" },
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
  {
    name: "a space behind the version",
    bytes: wire("GET / HTTP/1.1 \r\n\r\n"),
    facts: GET,
  },
  {
    name: "empty lines before it",
    bytes: wire("\r\n\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    facts: { ...GET, host: "a" },
  },
  {
    name: "many empty lines before it, as nginx and Node take them",
    bytes: wire("\r\n".repeat(300), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    facts: { ...GET, host: "a" },
  },
  {
    name: "a CR alone before it, as nginx and Node take it",
    bytes: wire("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    facts: { ...GET, host: "a" },
  },
  {
    name: "HTTP/0.9 and an empty line",
    bytes: wire("GET /a?b\r\n\r\n"),
    facts: { method: "GET", path: "/a", version: "0.9" },
  },
  {
    name: "HTTP/0.9 with bare LF and a space at the end",
    bytes: wire("GET / \n\n"),
    facts: { ...GET, version: "0.9" },
  },
];

const SPACED = "the target holds white space or a control byte";
const BAD_VERSION = "the version is not 1.0 or 1.1";

const malformedLines: readonly MalformedSample[] = [
  {
    name: "a space in the target",
    bytes: wire("GET /a b HTTP/1.1\r\n"),
    why: SPACED,
  },
  {
    name: "a tab in the target",
    bytes: wire("GET /a\tb HTTP/1.1\r\n"),
    why: SPACED,
  },
  {
    name: "control bytes in the target",
    bytes: wire("GET /\0a\x7f HTTP/1.1\r\n"),
    why: SPACED,
  },
  {
    name: "a tab before the version",
    bytes: wire("GET /\tHTTP/1.1\r\n"),
    why: SPACED,
  },
  {
    name: "a space in an absolute target",
    bytes: wire("GET http://a/ b HTTP/1.0\n"),
    why: SPACED,
  },
  {
    name: "CONNECT with four words",
    bytes: wire("CONNECT a:25 / HTTP/1.0 \r\n"),
    why: SPACED,
  },
  {
    name: "no target",
    bytes: wire("GET HTTP/1.1\r\n"),
    why: "the request has no target",
  },
  {
    name: "lines behind HTTP/0.9",
    bytes: wire("GET /\r\nHost: a\r\n\r\n"),
    why: "lines follow a request without a version",
  },
  ...[
    "POST /a",
    "PROPFIND /a",
    "M-SEARCH *",
    "GET *",
    "GET http://a/b",
    "CONNECT a:443",
  ].map((line) => ({
    name: `what HTTP/0.9 does not have: ${line}`,
    bytes: wire(line, "\r\n"),
    why: "the request line has no version",
  })),
  { name: "HTTP/3", bytes: wire("GET / HTTP/3.0\r\n"), why: BAD_VERSION },
  {
    name: "a version of two digits",
    bytes: wire("GET / HTTP/1.10\r\n"),
    why: BAD_VERSION,
  },
  {
    name: "a version without a digit",
    bytes: wire("GET / HTTP/1.x\r\n"),
    why: BAD_VERSION,
  },
  {
    name: "words behind the version",
    bytes: wire("GET / HTTP/1.1 b HTTP/1.1\r\n"),
    why: BAD_VERSION,
  },
];

const negative: readonly Sample[] = [
  { name: "the HTTP/2 preface", bytes: wire("PRI * HTTP/2") },
  { name: "RTSP", bytes: wire("OPTIONS rtsp://a/b R") },
  { name: "SIP", bytes: wire("REGISTER sip:a SIP/2.0\r\n") },
  { name: "a version in lower case", bytes: wire("GET / http/1.1\r\n") },
  { name: "RTSP with a path", bytes: wire("GET /a RTSP/1.0\r\n") },
  { name: "a path and other words", bytes: wire("GET /a b c\r\n") },
  { name: "a path and words, then a CR", bytes: wire("GET /a b\rHTTP/1.1") },
  { name: "one word that is no path", bytes: wire("GET key\r\n") },
  { name: "one word of an unknown method", bytes: wire("LIST /a\r\n") },
  { name: "a method alone", bytes: wire("GET \r\n") },
  { name: "a CR alone behind a path", bytes: wire("GET /\rX") },
  { name: "empty lines and no request", bytes: wire("\r\n".repeat(5), "\0") },
  { name: "a control byte in the target", bytes: wire("GET a\x01") },
  { name: "another word in lower case", bytes: wire("hello / HTTP/1.1\r\n") },
  { name: "memcached", bytes: wire("get /a\r\n") },
  { name: "a method that starts with a digit", bytes: wire("1GET /") },
  { name: "a method of 33 bytes", bytes: wire("A".repeat(33)) },
  { name: "a leading space", bytes: wire(" GET / HTTP/1.1\r\n") },
  { name: "SMTP", bytes: wire("EHLO a.example\r\n") },
  { name: "SSH", bytes: wire("SSH-2.0-x\r\n") },
  { name: "TLS", bytes: wire(0x16, 3, 1) },
];

testDetector(http, { positive, negative, malformed: malformedLines });

Deno.test("HTTP: says no at the first byte that rules it out", () => {
  for (
    const text of [
      "1",
      "GE.",
      "JDWP-Ha",
      "hel",
      "getx",
      "GET a\x01",
      "BEEP *\r",
      "GET a X",
      "PRI * HTTP/2",
    ]
  ) {
    const bytes = wire(text);
    const before = detect(bytes.subarray(0, -1));
    assertEquals(before.kind, "more", text);
    assertEquals(before.kind === "more" && before.atLeast, bytes.length);
    assertEquals(detect(bytes), { kind: "no" });
  }
});

Deno.test("HTTP: a target in doubt gives no fact, where no rule needs one", () => {
  const of = (text: string, ...needs: string[]) =>
    http.detect(wire(text), { ended: false, needs: new Set(needs) });
  const spaced = "GET /a b HTTP/1.1\r\nHost: c\r\n\r\n";
  const facts = { method: "GET", version: "1.1", host: "c" };
  assertEquals(of(spaced, "host", "method"), { kind: "match", facts });
  assertEquals(of(spaced, "path"), { kind: "malformed", why: SPACED });
  const connect = "CONNECT a:1 / HTTP/1.1\r\nHost: c\r\n\r\n";
  assertEquals(of(connect, "method"), {
    kind: "match",
    facts: { method: "CONNECT", version: "1.1" },
  });
  assertEquals(of(connect, "host"), { kind: "malformed", why: SPACED });
  const none = "GET HTTP/1.1\r\nHost: c\r\n\r\n";
  assertEquals(of(none, "host"), { kind: "match", facts });
});

Deno.test("HTTP: version 0.9 is known at the end of the line, or of the client where rules need the host", () => {
  const facts = { method: "GET", path: "/", version: "0.9" };
  const bytes = wire("GET /\r\n");
  const needs = new Set(["path"]);
  assertEquals(http.detect(bytes, { ended: false, needs }), {
    kind: "match",
    facts,
  });
  assertEquals(detect(bytes), { kind: "more", atLeast: 8 });
  for (const end of [bytes, wire("GET /\r\n\r")]) {
    assertEquals(http.detect(end, { ended: true }), {
      kind: "match",
      facts,
    });
  }
});

function detect(view: Uint8Array): Verdict {
  return http.detect(view, { ended: false });
}
