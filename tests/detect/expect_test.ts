import assert from "node:assert/strict";
import {
  be16,
  be32,
  expectBytes,
  le16,
  le32,
} from "../../src/detect/expect.ts";
import { hex, wire } from "../support/wire.ts";

Deno.test("expectBytes: null when the bytes are there", () => {
  assert.equal(expectBytes(wire("xabc"), 1, wire("ab")), null);
  assert.equal(expectBytes(wire("x"), 1, wire()), null);
});

Deno.test("expectBytes: more for the next byte while they are missing", () => {
  const verdict = { kind: "more", atLeast: 3 };
  assert.deepEqual(expectBytes(wire("xa"), 1, wire("abc")), verdict);
});

Deno.test("expectBytes: no at the first that differs", () => {
  assert.deepEqual(expectBytes(wire("xaX"), 1, wire("abc")), { kind: "no" });
});

Deno.test("be16 to le32: read numbers at a place", () => {
  const view = hex("00 ff fe fd fc");
  assert.equal(be16(view, 1), 0xfffe);
  assert.equal(be32(view, 1), 0xfffefdfc);
  assert.equal(le16(view, 1), 0xfeff);
  assert.equal(le32(view, 1), 0xfcfdfeff);
});
