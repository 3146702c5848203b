import assert from "node:assert/strict";
import * as fc from "fast-check";
import { BUILTINS } from "../../src/detect/builtins.ts";
import {
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
  assert.deepEqual(verdict(own, new Uint8Array()), {
    kind: "more",
    atLeast: 1,
  });
  assert.deepEqual(verdict(own, Uint8Array.of(0xca)), {
    kind: "more",
    atLeast: 2,
  });
  assert.equal(verdict(own, Uint8Array.of(0xcb)).kind, "no");
  assert.equal(verdict(own, Uint8Array.of(0xca, 0xfe, 1)).kind, "match");
  assert.equal(verdict({ prefix: "é" }, "é").kind, "match");
});

Deno.test("declared: bytes at a place", () => {
  const own = { bytes: "MAGIC", offset: 4 };
  assert.deepEqual(verdict(own, "1234"), { kind: "more", atLeast: 5 });
  assert.equal(verdict(own, "1234MAG").kind, "more");
  assert.equal(verdict(own, "1234MAGIC").kind, "match");
  assert.equal(verdict(own, "1234X").kind, "no");
  assert.equal(verdict({ bytes: "M" }, "M").kind, "match");
});

Deno.test("declared: a regular expression, in its first bytes only", () => {
  const own = { regex: "^(HELO|EHLO) \\S+\r?\n", max_bytes: 16 };
  assert.equal(verdict(own, "HELO a").kind, "more");
  assert.equal(verdict(own, "HELO a\r\nmore").kind, "match");
  assert.equal(verdict(own, "MAIL").kind, "no");
  assert.equal(verdict(own, "HELO " + "a".repeat(20) + "\n").kind, "no");
  assert.equal(verdict({ regex: "b$", max_bytes: 4 }, "aab").kind, "more");
  assert.equal(
    verdict({ regex: "b$", max_bytes: 4 }, "aab", true).kind,
    "match",
  );
  assert.equal(verdict({ regex: "b$", max_bytes: 4 }, "aaab").kind, "match");
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
      if (last !== "more") assert.equal(kind, last);
      last = kind;
    }
  }));
});

Deno.test("parseBytes() reads text and hexadecimal digits", () => {
  assert.deepEqual([...parseBytes("hex:00ff 10")], [0, 255, 16]);
  assert.deepEqual([...parseBytes("hexa")], [104, 101, 120, 97]);
  for (const bad of ["", "hex:", "hex:0", "hex:zz"]) {
    assert.throws(() => parseBytes(bad), RangeError);
  }
});

Deno.test("withDeclared() adds to a registry, and leaves it as it was", () => {
  const registry = new Registry(BUILTINS);
  const more = withDeclared(registry, [{ name: "OWN", prefix: "x" }]);
  assert.ok(more.get("OWN") && more.get("TLS"));
  assert.equal(registry.get("OWN"), undefined);
  assert.throws(
    () => withDeclared(registry, [{ name: "TLS", prefix: "x" }]),
    /taken/,
  );
});
