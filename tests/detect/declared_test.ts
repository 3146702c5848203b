import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import {
  declaredDatagramDetector,
  type DeclaredDetector,
  declaredDetector,
  parseBytes,
  withDeclared,
} from "../../src/detect/declared.ts";
import { Registry } from "../../src/detect/registry.ts";
import { bytesOf } from "../support/tcp.ts";

function verdict(
  declared: Omit<DeclaredDetector, "name">,
  bytes: string | Uint8Array,
  ended = false,
) {
  const view = typeof bytes === "string" ? bytesOf(bytes) : bytes;
  return declaredDetector({ name: "OWN", ...declared }).detect(view, { ended });
}

Deno.test("declared: a prefix says no at the first byte that differs", () => {
  const own = { prefix: "hex:ca fe" };
  assertEquals(verdict(own, new Uint8Array()), {
    kind: "more",
    atLeast: 1,
  });
  assertEquals(verdict(own, Uint8Array.of(0xca)), {
    kind: "more",
    atLeast: 2,
  });
  assertEquals(verdict(own, Uint8Array.of(0xcb)).kind, "no");
  assertEquals(verdict(own, Uint8Array.of(0xca, 0xfe, 1)).kind, "match");
  assertEquals(verdict({ prefix: "é" }, "é").kind, "match");
});

Deno.test("declared: bytes at a place", () => {
  const own = { bytes: "MAGIC", offset: 4 };
  assertEquals(verdict(own, "1234"), { kind: "more", atLeast: 5 });
  assertEquals(verdict(own, "1234MAG").kind, "more");
  assertEquals(verdict(own, "1234MAGIC").kind, "match");
  assertEquals(verdict(own, "1234X").kind, "no");
  assertEquals(verdict({ bytes: "M" }, "M").kind, "match");
});

Deno.test("declared: a regular expression, in its first bytes only", () => {
  const own = { regex: "^(HELO|EHLO) \\S+\r?\n", max_bytes: 16 };
  assertEquals(verdict(own, "HELO a").kind, "more");
  assertEquals(verdict(own, "HELO a\r\nmore").kind, "match");
  assertEquals(verdict(own, "MAIL").kind, "no");
  assertEquals(verdict(own, "HELO " + "a".repeat(20) + "\n").kind, "no");
  assertEquals(verdict({ regex: "b$", max_bytes: 4 }, "aab").kind, "more");
  assertEquals(
    verdict({ regex: "b$", max_bytes: 4 }, "aab", true).kind,
    "match",
  );
  assertEquals(verdict({ regex: "b$", max_bytes: 4 }, "aaab").kind, "match");
});

Deno.test("declared: every kind is prefix-monotone", () => {
  const kinds = fc.constantFrom<Omit<DeclaredDetector, "name">>(
    { prefix: "ab" },
    { bytes: "ab", offset: 2 },
    { regex: "a+b", max_bytes: 6 },
    { regex: "^(ab|ba)c?$", max_bytes: 3 },
  );
  const text = fc.string({
    unit: fc.constantFrom("a", "b", "c"),
    maxLength: 9,
  });
  fc.assert(fc.property(kinds, text, (declared, text) => {
    let last = "more";
    for (let length = 0; length <= text.length; length++) {
      const { kind } = verdict(declared, text.slice(0, length));
      if (last !== "more") assertEquals(kind, last);
      last = kind;
    }
  }));
});

Deno.test("parseBytes() reads text and hexadecimal digits", () => {
  assertEquals([...parseBytes("hex:00ff 10")], [0, 255, 16]);
  assertEquals([...parseBytes("hexa")], [104, 101, 120, 97]);
  for (const bad of ["", "hex:", "hex:0", "hex:zz"]) {
    assertThrows(() => parseBytes(bad), RangeError);
  }
});

Deno.test("withDeclared() adds to a registry, and leaves it as it was", () => {
  const registry = new Registry(BUILTINS);
  const more = withDeclared(registry, [{ name: "OWN", prefix: "x" }]);
  assert(more.get("OWN") && more.get("TLS"));
  assertEquals(registry.get("OWN"), undefined);
  assertThrows(
    () => withDeclared(registry, [{ name: "TLS", prefix: "x" }]),
    Error,
    "taken",
  );
});

Deno.test("declared: the first datagram alone is looked at, and what it lacks is no", () => {
  const datagram = (declared: Omit<DeclaredDetector, "name">, text: string) => {
    const bytes = new TextEncoder().encode(text);
    return declaredDatagramDetector({ name: "OWN", ...declared })
      .detect([bytes, new TextEncoder().encode("ab")], { ended: false }).kind;
  };
  assertEquals(datagram({ prefix: "ab" }, "abc"), "match");
  assertEquals(datagram({ prefix: "ab" }, "a"), "no");
  assertEquals(datagram({ bytes: "b", offset: 1 }, "ab"), "match");
  assertEquals(datagram({ bytes: "b", offset: 1 }, ""), "no");
  assertEquals(datagram({ regex: "^a+$" }, "aa"), "match");
  assertEquals(datagram({ regex: "b" }, "aa"), "no");
});

Deno.test("withDeclared() adds for both transports, but no second one for datagrams", () => {
  const registry = withDeclared(new Registry(DATAGRAM_BUILTINS), [
    { name: "OWN", prefix: "x" },
    { name: "QUIC", prefix: "x" },
  ]);
  assert(registry.get("OWN") && registry.getDatagram("OWN"));
  assert(registry.get("QUIC"));
  assertEquals(registry.getDatagram("QUIC"), DATAGRAM_BUILTINS[0]);
});
