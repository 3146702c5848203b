/** What the fields of a request say, through the detector. */
import { http2 } from "../../../src/detect/protocols/http2.ts";
import {
  type MalformedSample,
  type PositiveSample,
  testDetector,
} from "../../support/detector_checks.ts";
import { literals, opening, request } from "../../support/http2_frames.ts";
import { hex } from "../../support/wire.ts";

const FACTS = { host: "a.example", method: "GET", path: "/" };

/** An opening with those fields. */
function fields(list: readonly (readonly [string, string])[]): Uint8Array {
  return opening(literals(list));
}

const positive: readonly PositiveSample[] = [
  {
    name: "a field block in Huffman and indexed fields",
    // RFC 7541 C.4.1, the first request.
    bytes: opening(hex("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff")),
    facts: { host: "www.example.com", method: "GET", path: "/" },
  },
  {
    name: "an authority in capitals with a port, a path with a query",
    bytes: fields(request("A.Example.:8080", "/b?c")),
    facts: { ...FACTS, path: "/b" },
  },
  {
    name: "a host field in place of :authority",
    bytes: fields([[":method", "GET"], [":path", "*"], ["host", "[::1]:80"]]),
    facts: { host: "::1", method: "GET", path: "*" },
  },
  {
    name: "a host field that agrees with :authority",
    bytes: fields([...request("a.example"), ["host", "A.example:80"]]),
    facts: FACTS,
  },
  {
    name: "a request without any host",
    bytes: fields([[":method", "GET"], [":path", "/"]]),
    facts: { method: "GET", path: "/" },
  },
  {
    name: "a method in lower case, a path in another spelling",
    bytes: fields([[":method", "get"], [":path", "//%61/../b"]]),
    facts: { method: "get", path: "/b" },
  },
  {
    name: "an authority that is the path of a socket",
    bytes: fields(request("%2Frun%2Fx.sock")),
    facts: { ...FACTS, host: "%2frun%2fx.sock" },
  },
  {
    name: "CONNECT, which has no path",
    bytes: fields([[":method", "CONNECT"], [":authority", "a.example:443"]]),
    facts: { host: "a.example", method: "CONNECT" },
  },
];

const malformed: readonly MalformedSample[] = [
  {
    name: "an authority with user information",
    bytes: fields(request("user:pw@a.example")),
    why: "the host has a bad port",
  },
  {
    name: "an authority with a NUL byte",
    bytes: fields(request("a\0b")),
    why: "a field contains a line end or a NUL byte",
  },
  {
    name: "an authority with a space",
    bytes: fields(request("a b")),
    why: "the host holds the byte 0x20",
  },
  {
    name: "a host field that differs from :authority",
    bytes: fields([...request("a.example"), ["host", "b.example"]]),
    why: ":authority and host differ",
  },
  {
    name: "two :authority fields",
    bytes: fields([...request("a.example"), [":authority", "a.example"]]),
    why: 'the field ":authority" is repeated',
  },
  {
    name: "a pseudo-header behind another header",
    bytes: fields([["accept", "*/*"], ...request("a.example")]),
    why: "a pseudo-header follows the other headers",
  },
  {
    name: "a name in capitals",
    bytes: fields([...request("a.example"), ["Host", "b"]]),
    why: "a field has a bad name",
  },
  {
    name: "a line end in a value",
    bytes: fields([...request("a.example"), ["accept", "a\r\nhost: b"]]),
    why: "a field contains a line end or a NUL byte",
  },
  {
    name: "no method",
    bytes: fields([[":path", "/"], [":authority", "a"]]),
    why: "the request has no valid method",
  },
  {
    name: "a method that starts with a digit",
    bytes: fields([[":method", "1get"], [":path", "/"]]),
    why: "the request has no valid method",
  },
  {
    name: "no path",
    bytes: fields([[":method", "GET"], [":authority", "a"]]),
    why: "the request has no path",
  },
  {
    name: "a path without a slash",
    bytes: fields(request("a", "b")),
    why: "the request has no valid path",
  },
  {
    name: "a path with a space",
    bytes: fields(request("a", "/b c")),
    why: "the request has no valid path",
  },
];

testDetector(http2, { positive, negative: [], malformed });
