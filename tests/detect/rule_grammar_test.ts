import { assert, assertEquals } from "@std/assert";
import {
  hostWord,
  type RuleWord,
  textWord,
} from "../../src/detect/rule_grammar.ts";

const UPPER = { pattern: /^[A-Z]+$/, expected: "capitals" };

function matcherOf(word: RuleWord, value: string) {
  const parsed = word.parse(value);
  assert(parsed.ok, value);
  return parsed.matcher;
}

Deno.test("hostWord() matches a host however it is spelt in the config", () => {
  const matcher = matcherOf(hostWord("sni"), "Example.COM.");
  assertEquals(matcher.form, "exact");
  assert(matcher.test({ sni: "example.com" }));
  assert(!matcher.test({ sni: "www.example.com" }));
  assert(!matcher.test({ host: "example.com" }));
  assert(!matcher.test({}));
});

Deno.test("hostWord() matches names below a wildcard, not the name itself", () => {
  const matcher = matcherOf(hostWord("sni"), "*.example.com");
  assertEquals(matcher.form, "suffix");
  assert(matcher.test({ sni: "a.b.example.com" }));
  assert(!matcher.test({ sni: "example.com" }));
  assert(!matcher.test({ sni: "badexample.com" }));
});

Deno.test("hostWord() refuses what is no host", () => {
  for (const value of ["", "*", "a.*", "*.*.a", "a b", "a/b", "a..b"]) {
    assert(!hostWord("sni").parse(value).ok, value);
  }
});

Deno.test("textWord() takes an exact value or a prefix", () => {
  const word = textWord("word", UPPER);
  assertEquals(matcherOf(word, "ABC").form, "exact");
  const prefix = matcherOf(word, "AB*");
  assertEquals(prefix.form, "prefix");
  assert(prefix.test({ word: "ABC" }));
  assert(!prefix.test({ word: "XAB" }));
  assert(!word.parse("A*B").ok);
});

Deno.test("textWord() takes a star to the letter where it is exact", () => {
  const any = { pattern: /^[A-Z*]+$/, expected: "capitals or stars" };
  const matcher = matcherOf(textWord("word", any, { exact: true }), "AB*");
  assertEquals(matcher.form, "exact");
  assert(matcher.test({ word: "AB*" }));
  assert(!matcher.test({ word: "ABC" }));
});

Deno.test("textWord() suggests capitals where they would do", () => {
  assertEquals(textWord("word", UPPER).parse("ab*"), {
    ok: false,
    expected: "capitals",
    suggestion: "AB*",
  });
  assertEquals(textWord("word", UPPER).parse("a-b"), {
    ok: false,
    expected: "capitals",
  });
});

Deno.test("textWord() is fulfilled by any value of a list", () => {
  const matcher = matcherOf(textWord("word", UPPER, { many: true }), "B");
  assert(matcher.test({ word: ["A", "B"] }));
  assert(!matcher.test({ word: ["A"] }));
});
