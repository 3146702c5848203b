import { assert, assertEquals, fail } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import type { Facts } from "../../src/detect/detector.ts";
import type { Condition } from "../../src/rule/condition.ts";
import { Connection } from "../../src/rule/connection.ts";
import { rank } from "../../src/rule/rank.ts";
import { RuleIndex } from "../../src/rule/rule_index.ts";
import {
  conditionsOf,
  connection,
  facts,
  ruleText,
} from "../support/conditions.ts";
import { assertFast } from "../support/fast.ts";

const SOMEBODY = new Connection("10.0.5.9", Date.parse("2026-07-01T12:00Z"));

/** Rules in the order of trying, and how many conditions were tested. */
class Counted {
  tests = 0;
  readonly index: RuleIndex;

  constructor(texts: readonly string[]) {
    const rules = texts.map((text) => ({
      conditions: conditionsOf(text).map((each) => this.#count(each)),
    }));
    this.index = new RuleIndex(rank(rules).map((rule) => rule.conditions));
  }

  #count(condition: Condition): Condition {
    return {
      ...condition,
      holds: (facts, connection) => {
        this.tests++;
        return condition.holds(facts, connection);
      },
    };
  }

  /** How many conditions a look-up tests. */
  testsFor(facts: Facts, connection = SOMEBODY): number {
    this.tests = 0;
    this.index.first(facts, connection);
    return this.tests;
  }
}

Deno.test("RuleIndex: finds what a scan of all rules finds", () => {
  fc.assert(
    fc.property(
      fc.array(ruleText, { maxLength: 20 }),
      facts,
      connection,
      (texts, facts, connection) => {
        const rules = rank(
          texts.map((text) => ({ conditions: conditionsOf(text) })),
        ).map(({ conditions }) => conditions);
        const scanned = rules.findIndex((conditions) =>
          conditions.every((each) => each.holds(facts, connection))
        );
        const found = new RuleIndex(rules).first(facts, connection);
        assertEquals(found, scanned);
      },
    ),
    { numRuns: 2_000 },
  );
});

/** Rules by number, and what takes the one of number 0. */
const SHAPES: Readonly<Record<string, [(i: number) => string, Facts]>> = {
  "exact names": [(i) => `SNI n${i}.x.org`, { sni: "n0.x.org" }],
  "wildcards": [(i) => `SNI *.n${i}.x.org`, { sni: "a.n0.x.org" }],
  "names with a protocol that all have": [
    (i) => `ALPN h2 SNI n${i}.x.org`,
    { sni: "n0.x.org", alpn: ["h2", "h3"] },
  ],
  "names with what cannot be looked up": [
    (i) => `!ALPN h3 TIME 08:00-18:00 SNI n${i}.x.org !FROM 192.0.2.0/24`,
    { sni: "n0.x.org" },
  ],
  "one name from many networks": [
    (i) => `SNI a.x.org FROM 10.${i >> 8}.${i & 255}.0/24`,
    { sni: "a.x.org" },
  ],
  "networks": [(i) => `FROM 10.${i >> 8}.${i & 255}.0/24`, {}],
  "networks in lists": [
    (i) => `FROM 10.${i >> 8}.${i & 255}.0/24,fd00:${i.toString(16)}::/32`,
    {},
  ],
};

for (const [name, [text, facts]] of Object.entries(SHAPES)) {
  Deno.test(`RuleIndex: ${name} cost the same, one or 10 000`, () => {
    const tests = [1, 100, 10_000].map((count) =>
      new Counted(Array.from({ length: count }, (_, i) => text(i)))
        .testsFor(facts, new Connection("10.0.0.9", SOMEBODY.acceptedAt))
    );
    assert(tests[0]! > 0);
    assertEquals(tests, [tests[0], tests[0], tests[0]]);
  });
}

Deno.test("RuleIndex: no rule is tested for a name that none has", () => {
  const counted = new Counted(
    Array.from({ length: 1_000 }, (_, i) => `SNI n${i}.x.org !ALPN h2`),
  );
  assertEquals(counted.testsFor({ sni: "else.x.org" }), 0);
});

Deno.test("RuleIndex: a rule that was found saves the tests of lesser ones", () => {
  const patterns = Array.from({ length: 50 }, (_, i) => `SNI /n${i}/`);
  const counted = new Counted(["SNI a.x.org", ...patterns]);
  assertEquals(counted.testsFor({ sni: "a.x.org" }), 1);
});

Deno.test("RuleIndex: a value of 64 KiB of dots is looked up in no time to speak of", () => {
  const counted = new Counted(["SNI *.x.org", "PATH /a"]);
  // One look-up that tried each suffix would take seconds.
  assertFast("twenty look-ups", 1_000, () => {
    for (let i = 0; i < 10; i++) {
      counted.index.first({ sni: ".".repeat(65536) }, SOMEBODY);
      counted.index.first({ path: ".".repeat(65536) }, SOMEBODY);
    }
  });
});

Deno.test("RuleIndex: a FROM may have more blocks than a call has room for arguments", () => {
  const [from] = conditionsOf("FROM 10.0.0.0/8");
  if (from?.kind !== "common" || from.common.kind !== "from") fail();
  const blocks = Array(200_000).fill(from.common.blocks[0]);
  const many: Condition = { ...from, common: { ...from.common, blocks } };
  const rules = rank([{ conditions: [many] }]).map((rule) => rule.conditions);
  assertEquals(new RuleIndex(rules).first({}, SOMEBODY), 0);
});
