import { assert, assertEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { compareKeys, rank, specificity } from "../../src/rule/rank.ts";
import { conditionsOf, ruleText } from "../support/conditions.ts";

function ruleOf(text: string) {
  return { text, conditions: conditionsOf(text) };
}

function ranked(texts: readonly string[]): string[] {
  return rank(texts.map(ruleOf)).map(({ text }) => text);
}

function keyOf(text: string): readonly number[] {
  return specificity(conditionsOf(text));
}

Deno.test("rank(): more conditions, then host, value, block, presence, negation, time", () => {
  const order = [
    "TIME 08:00-18:00 !FROM 10.0.0.0/8 !ALPN h2",
    "SNI a.x.org ALPN h2",
    "SNI a.x.org FROM 10.0.0.0/8",
    "SNI a.x.org !ALPN h2",
    "SNI a.x.org TIME 08:00-18:00",
    "SNI *.x.org FROM 10.1.0.0/16",
    "SNI *.x.org FROM 10.0.0.0/8",
    "ALPN h2 FROM 10.0.0.0/8",
    "SNI a.x.org",
    "SNI *.a.x.org",
    "SNI *.x.org",
    "SNI /x/",
    "ALPN h2",
    "ALPN h2*",
    "ALPN h*",
    "FROM fd00::/64",
    "FROM 10.0.0.0/8",
    "FROM 192.0.2.7,10.0.0.0/7",
    "ECH",
    "!SNI a.x.org",
    "TIME Mon@08:00-18:00",
    "TIME 08:00-18:00",
    "!TIME 08:00-09:00",
  ];
  assertEquals(ranked(order), order);
  assertEquals(ranked([...order].reverse()), order);
});

Deno.test("rank(): rules that are alike keep the order of the file", () => {
  for (const texts of [["SNI /a/", "SNI /b/"], ["!ALPN h2", "!SNI x.org"]]) {
    assertEquals(ranked(texts), texts);
    assertEquals(ranked([...texts].reverse()), [...texts].reverse());
  }
});

Deno.test("rank(): a total order of what conditions are like, whatever the order of the file", () => {
  const rules = fc.uniqueArray(ruleText, { minLength: 3, maxLength: 3 });
  fc.assert(fc.property(rules, ([a, b, c]) => {
    const [x, y, z] = [keyOf(a!), keyOf(b!), keyOf(c!)];
    assertEquals(compareKeys(x, y) + compareKeys(y, x), 0);
    if (compareKeys(x, y) <= 0 && compareKeys(y, z) <= 0) {
      assert(compareKeys(x, z) <= 0);
    }
  }));
  const file = fc.uniqueArray(ruleText, {
    maxLength: 12,
    selector: (text) => JSON.stringify(keyOf(text)),
  });
  const shuffled = file.chain((texts) =>
    fc.tuple(
      fc.constant(texts),
      fc.shuffledSubarray(texts, { minLength: texts.length }),
    )
  );
  fc.assert(fc.property(shuffled, ([texts, others]) => {
    assertEquals(ranked(others), ranked(texts));
  }));
});

Deno.test("rank(): the order of the conditions in a rule does not matter", () => {
  const conditions = fc.uniqueArray(ruleText, { maxLength: 3 });
  fc.assert(fc.property(conditions, (texts) => {
    fc.pre(texts.length > 0);
    const forth = texts.join(" ");
    const back = [...texts].reverse().join(" ");
    assertEquals(keyOf(back), keyOf(forth));
  }));
});
