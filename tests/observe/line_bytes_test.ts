import { assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { LineBytes } from "../../src/observe/line_bytes.ts";
import { quoted } from "../../src/observe/printable.ts";

/** What is written by `use`. */
function written(use: (bytes: LineBytes) => void): string {
  const bytes = new LineBytes();
  use(bytes);
  return new TextDecoder().decode(bytes.view());
}

Deno.test("line bytes: a number is written as String does", () => {
  const number = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.maxSafeInteger(),
    // As durations are: seconds, to the microsecond.
    fc.maxSafeNat().map((n) => n / 1e6),
    fc.nat(3_000_000).map((n) => n / 1e6),
    fc.constantFrom(-0, 1e-6, 1.5e-6, 9.999999, 2 ** 31, 1e9, 1e15 / 1e6),
  );
  fc.assert(
    fc.property(number, (value) => {
      assertEquals(written((bytes) => bytes.number(value)), String(value));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("line bytes: any text is quoted in printable ASCII, behind what is there, however long", () => {
  const text = fc.string({ unit: "binary", maxLength: 3_000, size: "max" });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), (texts) => {
      const all = written((bytes) => texts.forEach((one) => bytes.quoted(one)));
      assertStrictEquals(all, texts.map(quoted).join(""));
    }),
  );
});

Deno.test("line bytes: what is taken back is gone", () => {
  const left = written((bytes) => {
    bytes.text("ab");
    bytes.quoted("c".repeat(9_000));
    bytes.back(1);
    bytes.raw(new Uint8Array([0x7a]));
  });
  assertEquals(left, "az");
});
