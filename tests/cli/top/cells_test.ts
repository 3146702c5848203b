import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "../../../src/testing/fast_check.ts";
import {
  cellWidth,
  clip,
  fit,
  foldCells,
  joinFitting,
} from "../../../src/cli/top/cells.ts";

Deno.test("cells: a wide character takes two, a mark none", () => {
  const widths = [
    ["", 0],
    ["abc ~", 5],
    ["b\u00fcro", 4],
    ["u\u0308", 1],
    ["\u4e2d\u6587", 4],
    ["\uff21", 2],
    ["\ud55c", 2],
    ["\u{1f600}!", 3],
  ] as const;
  for (const [text, width] of widths) {
    assertEquals(cellWidth(text), width, text);
  }
});

Deno.test("cells: what is cut says so, and a wide character is not halved", () => {
  assertEquals(clip("abcdef", 6), "abcdef");
  assertEquals(clip("abcdef", 5), "abcd~");
  assertEquals(clip("abcdef", 1), "~");
  assertEquals(clip("abcdef", 0), "");
  assertEquals(clip("\u4e2d\u6587\u5b57", 5), "\u4e2d\u6587~");
  assertEquals(clip("\u4e2d\u6587\u5b57", 4), "\u4e2d~");
  assertEquals(fit("\u4e2d\u6587\u5b57", 4), "\u4e2d~ ");
  assertEquals(fit("12", 4, true), "  12");
  assertEquals(foldCells("ab\u4e2dcd", 3), ["ab", "\u4e2dc", "d"]);
  assertEquals(foldCells("\u4e2d", 1), ["\u4e2d", ""]);
  assertEquals(joinFitting(["abc", "too long", "de"], 7), "abc  de");
  assertEquals(joinFitting(["too long", "de"], 4), "too~");
});

Deno.test("cells: no text is wider than it may be, and folding loses nothing", () => {
  const texts = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 30 }), (text, width) => {
      assert(cellWidth(clip(text, width)) <= width);
      assertStrictEquals(cellWidth(fit(text, width)), width);
      const pieces = foldCells(text, width);
      assertStrictEquals(pieces.join(""), text);
      assert(pieces.every((piece) => cellWidth(piece) <= width));
    }),
  );
});
