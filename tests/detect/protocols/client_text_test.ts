import { assert, assertEquals } from "@std/assert";
import {
  hasControl,
  readHost,
  utf8,
} from "../../../src/detect/protocols/client_text.ts";
import { wire } from "../../support/wire.ts";

Deno.test("utf8() decodes, replaces what is not UTF-8, and cuts", () => {
  assertEquals(utf8(wire("m\xc3\xbcller"), 99), "müller");
  assertEquals(utf8(wire("m\xfcller"), 99), "m\ufffdller");
  assertEquals(utf8(wire("\xef\xbb\xbfa"), 99), "\ufeffa");
  assertEquals(utf8(wire("abcdef"), 3), "abc");
});

Deno.test("hasControl() finds control characters", () => {
  for (const text of ["\0", "a\n", "\x1fb", "a\x7f"]) {
    assert(hasControl(text), JSON.stringify(text));
  }
  assert(!hasControl("a b é"));
});

Deno.test("readHost() spells hosts as rules do", () => {
  const hosts: Record<string, string> = {
    "Example.COM.": "example.com",
    "192.0.2.1": "192.0.2.1",
    "2001:DB8::1": "2001:db8::1",
    "[::1]": "::1",
    "Bücher.example": "xn--bcher-kva.example",
  };
  for (const [text, host] of Object.entries(hosts)) {
    assertEquals(readHost(text), { ok: true, value: host });
  }
});

Deno.test("readHost() says what is wrong", () => {
  const texts = [
    "",
    "a:80",
    "[::1]:80",
    "[a]",
    "a b",
    "a@b",
    "ü/b",
    "ü:80",
    "ü%41",
  ];
  for (const text of [...texts, "a..b", "ü..b", "x".repeat(64)]) {
    assert(!readHost(text).ok, text);
  }
});
