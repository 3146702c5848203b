import { assertEquals } from "@std/assert";
import { checkAuthority } from "../../src/detect/authority.ts";

Deno.test("checkAuthority() takes hosts with and without a port", () => {
  for (
    const text of [
      "example.com",
      "example.com.:80",
      "a_b:",
      "192.0.2.7:8080",
      "[::1]",
      "[2001:db8::7]:443",
      "::1",
      "%2Frun%2Fx.sock",
      "%2Frun%2Fx.sock:80",
      "a%20b",
    ]
  ) {
    assertEquals(checkAuthority(text), null, text);
  }
});

Deno.test("checkAuthority() says what is wrong", () => {
  const problems: Record<string, string> = {
    "": "is empty",
    ":80": "is empty",
    ".": "is empty",
    "a..b": "has an empty label",
    "a/b": 'holds "/"',
    "user@a": 'holds "@"',
    "a b": "holds the byte 0x20",
    "a:b": "has a bad port",
    "a:80:80": "has a bad port",
    "a:123456": "has a bad port",
    "%61.example": "is a name with escapes",
    "a%2e": "is a name with escapes",
    "a%2": "has a bad escape",
    "%2Fa@b": "has a bad escape",
    [`%2F${"a".repeat(251)}`]: "is longer than 253 bytes",
    "[::1": "is no IPv6 address in brackets",
    "[a]": "is no IPv6 address in brackets",
    "[::1]x": "has a bad port",
  };
  for (const [text, problem] of Object.entries(problems)) {
    assertEquals(checkAuthority(text), problem, text);
  }
});
