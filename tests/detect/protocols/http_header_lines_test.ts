/** The header lines of a request, through the detector. */
import { assertEquals } from "@std/assert";
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
    why: "a header line contains a control byte",
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
    why: "a header line is folded",
  },
  {
    name: "a Host line that is folded",
    bytes: get("Host: a", "\t.evil"),
    why: "a header line is folded",
  },
  {
    name: "a folded line that some servers read as a Host line",
    bytes: get("A: b", " Host: c", "Host: d"),
    why: "a header line is folded",
  },
  {
    name: "a NUL byte",
    bytes: get("A: b\0"),
    why: "a header line contains a control byte",
  },
  {
    name: "a control byte in a header name",
    bytes: get("A\x7f: b"),
    why: "a header line contains a control byte",
  },
  {
    name: "a broken line before the end of the head",
    bytes: wire("GET / HTTP/1.1\r\nnonsense\r\n"),
    why: "a header line has no colon",
  },
];

testDetector(http, { positive, negative: [], malformed });

Deno.test("HTTP: header lines in doubt refuse nobody where no rule tests what they say", () => {
  for (const { name, bytes, why } of malformed) {
    const of = (...needs: string[]) =>
      http.detect(bytes, { ended: false, needs: new Set(needs) });
    const facts = { method: "GET", path: "/", version: "1.1" };
    assertEquals(of("path", "method"), { kind: "match", facts }, name);
    for (const need of ["host", "upgrade", "header:a"]) {
      assertEquals(of(need), { kind: "malformed", why }, name);
    }
  }
});
