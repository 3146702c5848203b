import { assertEquals } from "@std/assert";
import {
  be16,
  be32,
  expectBytes,
  le16,
  le32,
} from "../../src/detect/expect.ts";
import { hex, wire } from "../support/wire.ts";

Deno.test("expectBytes: null when the bytes are there", () => {
  assertEquals(expectBytes(wire("xabc"), 1, wire("ab")), null);
  assertEquals(expectBytes(wire("x"), 1, wire()), null);
});

Deno.test("expectBytes: more for the next byte while they are missing", () => {
  const verdict = { kind: "more", atLeast: 3 } as const;
  assertEquals(expectBytes(wire("xa"), 1, wire("abc")), verdict);
});

Deno.test("expectBytes: no at the first that differs", () => {
  assertEquals(expectBytes(wire("xaX"), 1, wire("abc")), { kind: "no" });
});

Deno.test("be16 to le32: read numbers at a place", () => {
  const view = hex("00 ff fe fd fc");
  assertEquals(be16(view, 1), 0xfffe);
  assertEquals(be32(view, 1), 0xfffefdfc);
  assertEquals(le16(view, 1), 0xfeff);
  assertEquals(le32(view, 1), 0xfcfdfeff);
});
