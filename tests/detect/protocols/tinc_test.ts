import { assertEquals } from "@std/assert";
import { tinc } from "../../../src/detect/protocols/tinc.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { hex, wire } from "../../support/wire.ts";

testDetector(tinc, {
  positive: Object.entries({
    "tinc 1.0": "0 node_1 17\n1 429 672 0 0 2CDA",
    "tinc 1.1": "0 Node 17.7\n",
    "a minor version of two digits": "0 n 17.12\n",
    "a node that was invited": "0 ?dGhlIGtleS1f+/ 17.3\n",
  }).map(([name, text]) => ({ name, bytes: wire(text), facts: {} })),
  negative: [
    { name: "another request", bytes: wire("1 ") },
    { name: "Git", bytes: wire("00") },
    { name: "LDAP", bytes: hex("30 20 02 01 01 60") },
    { name: "a number", bytes: wire("0\n") },
    { name: "no name", bytes: wire("0  17\n") },
    { name: "no key", bytes: wire("0 ? 17\n") },
    { name: "a name with a hyphen", bytes: wire("0 a-b 17\n") },
    { name: "a control connection", bytes: wire("0 ^cookie 0\n") },
    { name: "another version", bytes: wire("0 a 18\n") },
    { name: "a longer version", bytes: wire("0 a 170\n") },
    { name: "a dot without a minor version", bytes: wire("0 a 17.\n") },
    { name: "a long minor version", bytes: wire("0 a 17.1234\n") },
    { name: "CRLF", bytes: wire("0 a 17\r\n") },
    { name: "a very long name", bytes: wire("0 ", "a".repeat(200)) },
  ],
});

Deno.test("TINC: says no at the first byte that rules it out", () => {
  for (const text of ["1", "01", "0 a.", "0 a 2", "0 a 17x", "0 a 17.x"]) {
    const bytes = wire(text);
    const before = tinc.detect(bytes.subarray(0, -1), { ended: false });
    assertEquals(before, { kind: "more", atLeast: bytes.length });
    assertEquals(tinc.detect(bytes, { ended: false }).kind, "no", text);
  }
});
