import { assert, assertEquals } from "@std/assert";
import {
  checkHostName,
  isIpLiteral,
  isIpv6,
  normalizeHost,
} from "../../src/detect/host.ts";

Deno.test("normalizeHost() takes off case, port, brackets and one dot", () => {
  const spelt: Record<string, string> = {
    "Example.COM": "example.com",
    "example.com.": "example.com",
    "example.com..": "example.com.",
    "example.com:8080": "example.com",
    "Example.com.:80": "example.com",
    "[2001:DB8::7]:443": "2001:db8::7",
    "[::1]": "::1",
    "::1": "::1",
    "": "",
    "[": "[",
  };
  for (const [text, host] of Object.entries(spelt)) {
    assertEquals(normalizeHost(text), host, text);
  }
});

Deno.test("isIpLiteral() tells addresses from names", () => {
  for (const host of ["192.0.2.7", "::1", "2001:db8::7"]) {
    assert(isIpLiteral(host), host);
  }
  for (const host of ["example.com", "1.2.3", "1.2.3.4.example", "a1.2.3.4"]) {
    assert(!isIpLiteral(host), host);
  }
});

Deno.test("isIpv6() takes what RFC 4291 does", () => {
  for (
    const text of [
      "::",
      "::1",
      "1::",
      "fe80::1",
      "2001:DB8:0:0:8:800:200C:417A",
      "::ffff:192.0.2.7",
      "1:2:3:4:5:6:192.0.2.7",
      "1:2:3:4:5:6:7::",
    ]
  ) {
    assert(isIpv6(text), text);
  }
  for (
    const text of [
      "",
      ":",
      ":::",
      "1",
      "1:2",
      "::1::",
      "12345::",
      "::g",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7::8",
      "1:2:3:4:5:6:7:192.0.2.7",
      "192.0.2.7",
      "::192.0.2.7:1",
      "fe80::1%eth0",
      "[::1]",
      ":".repeat(100),
    ]
  ) {
    assert(!isIpv6(text), text);
  }
});

Deno.test("checkHostName() says what is wrong with a name", () => {
  const problems: Record<string, string | null> = {
    "a": null,
    "a_b.-c-.example": null,
    "": "is empty",
    "a..b": "has an empty label",
    ".a": "has an empty label",
    "a.": "has an empty label",
    "a b": "holds the byte 0x20",
    "a\0": "holds the byte 0x00",
    "a*": 'holds "*"',
    "b\u00fccher": "holds the byte 0xfc",
    ["a".repeat(64)]: "has a label longer than 63 bytes",
    ["a.".repeat(127)]: "is longer than 253 bytes",
  };
  for (const [host, problem] of Object.entries(problems)) {
    assertEquals(checkHostName(host), problem, host);
  }
});
