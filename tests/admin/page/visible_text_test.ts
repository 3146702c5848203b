import { assert, assertEquals } from "@std/assert";
import {
  visible,
  visibleLines,
  visibleValue,
} from "../../../src/admin/page/visible_text.js";

Deno.test("what cannot be seen is written out, what can be seen stays", () => {
  const texts: [string, string][] = [
    ["www.example.com", "www.example.com"],
    ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
    ["münchen.example 東京 🚀", "münchen.example 東京 🚀"],
    ["a\nb\tc\0d\x7f\x9b", "a\\u{a}b\\u{9}c\\u{0}d\\u{7f}\\u{9b}"],
    ["exe\u202Ecod.txt", "exe\\u{202e}cod.txt"],
    ["\u2066a\u2069\u200F\u061C", "\\u{2066}a\\u{2069}\\u{200f}\\u{61c}"],
    ["zero\u200Bwidth\uFEFF\u00AD", "zero\\u{200b}width\\u{feff}\\u{ad}"],
    ["\uD800half", "\\u{d800}half"],
    ["\u2028\u2029", "\\u{2028}\\u{2029}"],
    ["\u{E0041}tag", "\\u{e0041}tag"],
  ];
  assertEquals(
    texts.map(([text]) => visible(text)),
    texts.map(([, shown]) => shown),
  );
});

Deno.test("long text is cut and says how long it was", () => {
  assertEquals(visible("x".repeat(10_000), 8), "xxxxxxxx… (10000 characters)");
  assertEquals(visible("x".repeat(8), 8), "xxxxxxxx");
  assert(visible("\0".repeat(10_000)).length < 1000);
});

Deno.test("text of several lines keeps its line ends only", () => {
  assertEquals(
    visibleLines("a\n\tb\r\n\u202Ec"),
    "a\n\\u{9}b\\u{d}\n\\u{202e}c",
  );
});

Deno.test("values of facts are words", () => {
  assertEquals(visibleValue(null), "nothing");
  assertEquals(visibleValue(false), "false");
  assertEquals(visibleValue(["h2", "http/1.1"]), "h2, http/1.1");
});
