import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  ascii,
  ByteReader,
  latin1,
  startsWith,
} from "../../src/detect/byte_reader.ts";
import { hex, wire } from "../support/wire.ts";

Deno.test("ByteReader reads big-endian fields in order", () => {
  const reader = new ByteReader(hex("01 0203 040506 61 62 ffff"));
  assertEquals(reader.u8(), 0x01);
  assertEquals(reader.u16(), 0x0203);
  assertEquals(reader.u24(), 0x040506);
  assertEquals(reader.latin1(1), "a");
  reader.skip(1);
  assertEquals(reader.left, 2);
  assertEquals(reader.take(2), hex("ffff"));
  assertEquals(reader.left, 0);
  assert(!reader.failed);
});

Deno.test("ByteReader fails at the end, and stays failed", () => {
  const reader = new ByteReader(hex("0102"));
  assertEquals(reader.u24(), 0);
  assert(reader.failed);
  assertEquals(reader.left, 0);
  assertEquals(reader.u8(), 0);
  assertEquals(reader.take(1).length, 0);
  assertEquals(reader.sub(1).left, 0);
});

Deno.test("ByteReader fails on a negative count", () => {
  const reader = new ByteReader(hex("0102"), 1);
  reader.skip(-1);
  assert(reader.failed);
});

Deno.test("ByteReader.sub() cannot read past its own end", () => {
  const outer = new ByteReader(hex("010203"));
  const inner = outer.sub(2);
  assertEquals(inner.u24(), 0);
  assert(inner.failed);
  assert(!outer.failed);
  assertEquals(outer.u8(), 3);
});

Deno.test("ByteReader.take() does not copy", () => {
  const bytes = hex("0102");
  assertStrictEquals(new ByteReader(bytes).take(1).buffer, bytes.buffer);
});

Deno.test("startsWith() tells other bytes from too few", () => {
  const text = ascii("SSH-");
  assertEquals(startsWith(wire("SSH-2.0"), text), true);
  assertEquals(startsWith(wire("SS"), text), null);
  assertEquals(startsWith(wire(), text), null);
  assertEquals(startsWith(wire("ST"), text), false);
});

Deno.test("latin1() gives a character a byte, however many", () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff);
  const text = latin1(bytes);
  assertEquals(text.length, 5000);
  assertEquals(Uint8Array.from(text, (c) => c.charCodeAt(0)), bytes);
});
