import assert from "node:assert/strict";
import {
  hostWord,
  type RuleWord,
  textWord,
} from "../../src/detect/rule_grammar.ts";

const UPPER = { pattern: /^[A-Z]+$/, expected: "capitals" };

function matcherOf(word: RuleWord, value: string) {
  const parsed = word.parse(value);
  assert.ok(parsed.ok, value);
  return parsed.matcher;
}

Deno.test("hostWord() matches a host however it is spelt in the config", () => {
  const matcher = matcherOf(hostWord("sni"), "Example.COM.");
  assert.equal(matcher.form, "exact");
  assert.ok(matcher.test({ sni: "example.com" }));
  assert.ok(!matcher.test({ sni: "www.example.com" }));
  assert.ok(!matcher.test({ host: "example.com" }));
  assert.ok(!matcher.test({}));
});

Deno.test("hostWord() matches names below a wildcard, not the name itself", () => {
  const matcher = matcherOf(hostWord("sni"), "*.example.com");
  assert.equal(matcher.form, "suffix");
  assert.ok(matcher.test({ sni: "a.b.example.com" }));
  assert.ok(!matcher.test({ sni: "example.com" }));
  assert.ok(!matcher.test({ sni: "badexample.com" }));
});

Deno.test("hostWord() refuses what is no host", () => {
  for (const value of ["", "*", "a.*", "*.*.a", "a b", "a/b", "a..b"]) {
    assert.ok(!hostWord("sni").parse(value).ok, value);
  }
});

Deno.test("textWord() takes an exact value or a prefix", () => {
  const word = textWord("word", UPPER);
  assert.equal(matcherOf(word, "ABC").form, "exact");
  const prefix = matcherOf(word, "AB*");
  assert.equal(prefix.form, "prefix");
  assert.ok(prefix.test({ word: "ABC" }));
  assert.ok(!prefix.test({ word: "XAB" }));
  assert.ok(!word.parse("A*B").ok);
});

Deno.test("textWord() takes a star to the letter where it is exact", () => {
  const any = { pattern: /^[A-Z*]+$/, expected: "capitals or stars" };
  const matcher = matcherOf(textWord("word", any, { exact: true }), "AB*");
  assert.equal(matcher.form, "exact");
  assert.ok(matcher.test({ word: "AB*" }));
  assert.ok(!matcher.test({ word: "ABC" }));
});

Deno.test("textWord() suggests capitals where they would do", () => {
  assert.deepEqual(textWord("word", UPPER).parse("ab*"), {
    ok: false,
    expected: "capitals",
    suggestion: "AB*",
  });
  assert.deepEqual(textWord("word", UPPER).parse("a-b"), {
    ok: false,
    expected: "capitals",
  });
});

Deno.test("textWord() is fulfilled by any value of a list", () => {
  const matcher = matcherOf(textWord("word", UPPER, { many: true }), "B");
  assert.ok(matcher.test({ word: ["A", "B"] }));
  assert.ok(!matcher.test({ word: ["A"] }));
});
