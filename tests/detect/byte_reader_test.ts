import assert from "node:assert/strict";
import {
  ascii,
  ByteReader,
  latin1,
  startsWith,
} from "../../src/detect/byte_reader.ts";
import { hex, wire } from "../support/wire.ts";

Deno.test("ByteReader reads big-endian fields in order", () => {
  const reader = new ByteReader(hex("01 0203 040506 61 62 ffff"));
  assert.equal(reader.u8(), 0x01);
  assert.equal(reader.u16(), 0x0203);
  assert.equal(reader.u24(), 0x040506);
  assert.equal(reader.latin1(1), "a");
  reader.skip(1);
  assert.equal(reader.left, 2);
  assert.deepEqual(reader.take(2), hex("ffff"));
  assert.equal(reader.left, 0);
  assert.ok(!reader.failed);
});

Deno.test("ByteReader fails at the end, and stays failed", () => {
  const reader = new ByteReader(hex("0102"));
  assert.equal(reader.u24(), 0);
  assert.ok(reader.failed);
  assert.equal(reader.left, 0);
  assert.equal(reader.u8(), 0);
  assert.equal(reader.take(1).length, 0);
  assert.equal(reader.sub(1).left, 0);
});

Deno.test("ByteReader fails on a negative count", () => {
  const reader = new ByteReader(hex("0102"), 1);
  reader.skip(-1);
  assert.ok(reader.failed);
});

Deno.test("ByteReader.sub() cannot read past its own end", () => {
  const outer = new ByteReader(hex("010203"));
  const inner = outer.sub(2);
  assert.equal(inner.u24(), 0);
  assert.ok(inner.failed);
  assert.ok(!outer.failed);
  assert.equal(outer.u8(), 3);
});

Deno.test("ByteReader.take() does not copy", () => {
  const bytes = hex("0102");
  assert.equal(new ByteReader(bytes).take(1).buffer, bytes.buffer);
});

Deno.test("startsWith() tells other bytes from too few", () => {
  const text = ascii("SSH-");
  assert.equal(startsWith(wire("SSH-2.0"), text), true);
  assert.equal(startsWith(wire("SS"), text), null);
  assert.equal(startsWith(wire(), text), null);
  assert.equal(startsWith(wire("ST"), text), false);
});

Deno.test("latin1() gives a character a byte, however many", () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff);
  const text = latin1(bytes);
  assert.equal(text.length, 5000);
  assert.deepEqual(Uint8Array.from(text, (c) => c.charCodeAt(0)), bytes);
});
