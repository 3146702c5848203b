import { assertEquals } from "@std/assert";
import { detectionOf, openingOf } from "../../src/observe/detection.ts";

const BYTES = Uint8Array.from({ length: 300 }, (_, i) => i);

Deno.test("detection: an opening comes back as it was, whatever becomes of the buffer", () => {
  const buffer = BYTES.slice();
  const detection = detectionOf(buffer, { end: "eof", most: 300 });
  buffer.fill(0);
  assertEquals(detection.bytes, 300);
  assertEquals(openingOf(detection), {
    bytes: BYTES,
    cut: false,
    end: "eof",
  });
});

Deno.test("detection: of a long opening the first bytes are kept, and how many there were", () => {
  const detection = detectionOf(BYTES, { end: null, most: 299 });
  assertEquals(detection.bytes, 300);
  assertEquals(openingOf(detection), {
    bytes: BYTES.subarray(0, 299),
    cut: true,
    end: null,
  });
});

Deno.test("detection: nothing is kept of a silent client, nor where nobody asks", () => {
  const silent = detectionOf(new Uint8Array(), { end: "deadline", most: 9 });
  assertEquals(openingOf(silent), null);
  const unasked = detectionOf(BYTES, { end: null, most: 0 });
  assertEquals(unasked, { bytes: 300, end: null, opening: "" });
  assertEquals(openingOf(unasked), null);
  assertEquals(openingOf(null), null);
});
