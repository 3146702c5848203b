import { assert } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { Prover } from "../../src/rule/implication.ts";
import {
  conditionsOf,
  conditionText,
  connection,
  facts,
} from "../support/conditions.ts";

const RUNS = { numRuns: 20_000 };

function one(text: string) {
  return conditionsOf(text)[0]!;
}

/** What a proof claims of two conditions, for a connection that they fit or not. */
const CLAIMS = {
  implies: (p: boolean, q: boolean) => !p || q,
  excludes: (p: boolean, q: boolean) => !(p && q),
  together: (p: boolean, q: boolean) => p || q,
} as const;

for (const proof of ["implies", "excludes", "together"] as const) {
  Deno.test(`${proof}() is right whenever it says yes`, () => {
    const prover = new Prover();
    fc.assert(
      fc.property(
        conditionText,
        conditionText,
        facts,
        connection,
        (a, b, facts, connection) => {
          const [p, q] = [one(a), one(b)];
          if (!prover[proof](p, q)) return;
          const [fitsA, fitsB] = [p, q].map((each) =>
            each.holds(facts, connection)
          );
          assert(CLAIMS[proof](fitsA!, fitsB!), `${a} ${proof} ${b}`);
        },
      ),
      RUNS,
    );
  });
}

Deno.test("what people write is proven", () => {
  const prover = new Prover();
  const implied: [string, string][] = [
    ["SNI a.x.org", "SNI *.x.org"],
    ["SNI *.a.x.org", "SNI *.x.org"],
    ["SNI a.x.org", "SNI /^a/"],
    ["SNI /^ab+c$/", "SNI /^a/"],
    ["SNI /^a/", "SNI /.*/"],
    ["SNI a.x.org", "!SNI b.x.org"],
    ["SNI a.x.org", "!NOSNI"],
    ["NOSNI", "!SNI a.x.org"],
    ["!SNI *.x.org", "!SNI a.x.org"],
    ["!NOSNI", "SNI /.*/"],
    ["PATH /a/b", "PATH /a*"],
    ["PATH /a/b", "!PATH /b*"],
    ["FROM 10.1.0.0/16", "FROM 10.0.0.0/8"],
    ["FROM 10.0.0.0/8", "!FROM fd00::/8"],
    ["!FROM 10.0.0.0/8", "!FROM 10.1.0.0/16"],
    ["TIME Mon@09:00-10:00", "TIME 08:00-18:00"],
    ["TIME 08:00-18:00", "!TIME 18:00-08:00"],
    ["!TIME 08:00-18:00", "TIME 18:00-08:00"],
    ["LATE a.x.org", "!LATE b.x.org"],
  ];
  for (const [a, b] of implied) {
    assert(prover.implies(one(a), one(b)), `${a} => ${b}`);
  }
  const not: [string, string][] = [
    ["SNI *.x.org", "SNI a.x.org"],
    ["ALPN h2", "!ALPN h3"],
    ["SNI /^a/", "SNI /^ab/"],
    ["!FROM 0.0.0.0/0", "FROM fd00::/8"],
  ];
  for (const [a, b] of not) {
    assert(!prover.implies(one(a), one(b)), `${a} => ${b}`);
  }
  assert(prover.together(one("SNI /.*/"), one("NOSNI")));
  assert(prover.together(one("!ECH"), one("ECH")));
  assert(prover.together(one("!SNI a.x.org"), one("SNI *.x.org")));
  assert(!prover.together(one("LATE a.x.org"), one("!LATE a.x.org")));
  assert(!prover.together(one("FROM ::/0"), one("!FROM ::/0")));
});
