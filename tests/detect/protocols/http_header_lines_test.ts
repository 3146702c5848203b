/** The header lines of a request, through the detector. */
import { http } from "../../../src/detect/protocols/http.ts";
import {
  type MalformedSample,
  type PositiveSample,
  testDetector,
} from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

const GET = { method: "GET", path: "/", version: "1.1" };

/** A request with those header lines. */
function get(...lines: readonly string[]): Uint8Array {
  return wire(["GET / HTTP/1.1", ...lines, "", ""].join("\r\n"));
}

const positive: readonly PositiveSample[] = [
  {
    name: "a header whose name ends in host",
    bytes: get("X-Host: a", "Hostile: b", "Ghost: c"),
    facts: GET,
  },
  {
    name: "HTTP/1.0 without a header",
    bytes: wire("HEAD / HTTP/1.0\r\n\r\n"),
    facts: { method: "HEAD", path: "/", version: "1.0" },
  },
  {
    name: "a folded header line",
    bytes: get("A: b", " c: d", "\te", "Host: f"),
    facts: { ...GET, host: "f" },
  },
  {
    name: "a header of 20000 bytes",
    bytes: get(`Cookie: ${"c".repeat(20000)}`, "Host: a"),
    facts: { ...GET, host: "a" },
  },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "a space before the colon",
    bytes: get("Host : a"),
    why: "a header name holds white space",
  },
  {
    name: "a CR inside a line",
    bytes: get("A: b\rHost: c"),
    why: "a header line holds a control byte",
  },
  {
    name: "two Host lines",
    bytes: get("Host: a", "host: a"),
    why: "there are two Host lines",
  },
  {
    name: "an empty and another Host line",
    bytes: get("Host:", "Host: a"),
    why: "there are two Host lines",
  },
  {
    name: "a header line without a colon",
    bytes: get("Host: a", "b"),
    why: "a header line has no colon",
  },
  {
    name: "a header line without a name",
    bytes: get(": a"),
    why: "a header line has no name",
  },
  {
    name: "a tab in a header name",
    bytes: get("a\tb: c"),
    why: "a header name holds white space",
  },
  {
    name: "a first header line that is folded",
    bytes: get(" Host: a"),
    why: "the request line or the Host line is folded",
  },
  {
    name: "a Host line that is folded",
    bytes: get("Host: a", "\t.evil"),
    why: "the request line or the Host line is folded",
  },
  {
    name: "a NUL byte",
    bytes: get("A: b\0"),
    why: "a header line holds a control byte",
  },
  {
    name: "a control byte in a header name",
    bytes: get("A\x7f: b"),
    why: "a header line holds a control byte",
  },
  {
    name: "a control byte in a folded line",
    bytes: get("A: b", " \x01"),
    why: "a header line holds a control byte",
  },
  {
    name: "a broken line before the end of the head",
    bytes: wire("GET / HTTP/1.1\r\nnonsense\r\n"),
    why: "a header line has no colon",
  },
];

testDetector(http, { positive, negative: [], malformed });
