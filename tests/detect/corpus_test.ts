/**
 * The detectors against real connections that other people's dissectors have
 * labelled. `deno task accuracy` prints the figures.
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { checkDescribed } from "../../src/testing/detector_facts_checks.ts";
import { CORPUS, readCorpus, requireCorpusInCi } from "../accuracy/corpus.ts";
import { CANDIDATES, segmentations } from "../accuracy/identify_flow.ts";
import { type Score, score } from "../accuracy/score.ts";
import { EXPLAINED_BROKEN, EXPLAINED_MISSES } from "./corpus_misses.ts";

const MAX_WRONG = 0.001;
const MIN_EXACT = 0.999;

const present = await requireCorpusInCi();
const cases = present ? await readCorpus(CORPUS) : [];
const scored = present ? score(cases) : null;

test("every protocol is found in its flows, but for those that are explained", ({ missed }) => {
  assertEquals(
    missed.map(({ id }) => id).sort(),
    Object.keys(EXPLAINED_MISSES).sort(),
  );
});

test("no flow is called broken, but for those that are explained", ({ broken }) => {
  assertEquals(
    Object.fromEntries(broken.map(({ id, broken }) => [id, broken])),
    EXPLAINED_BROKEN,
  );
});

test("no protocol is found in a flow of another", (score) => {
  const { wrong, unlabelled, unambiguous } = score;
  assert(wrong.length / unambiguous <= MAX_WRONG, JSON.stringify(wrong));
  // Nobody named them, but they are what was found: HTTP heads, out of order
  // behind them, which tshark could not put together.
  assert(
    unlabelled.length / unambiguous <= 2 * MAX_WRONG,
    JSON.stringify(unlabelled),
  );
});

test("the facts are those that the dissectors saw", ({ facts, inexact }) => {
  assertNotEquals(facts.length, 0);
  for (const { fact, exact, flows } of facts) {
    // One flow more or less must not decide where there are few.
    const most = Math.max(1, flows * (1 - MIN_EXACT));
    assert(flows - exact <= most, `${fact}: ${inexact.join("\n")}`);
  }
});

test("the outcome does not depend on how the bytes were cut", (score) => {
  assertEquals(score.differences, []);
});

test("the docs of the detectors describe the facts that are found", () => {
  for (const found of cases.flatMap((flow) => segmentations(flow)[0] ?? [])) {
    if (found.kind !== "identified") continue;
    checkDescribed(CANDIDATES[found.index]!.detector, found.facts);
  }
});

function test(name: string, check: (score: Score) => void): void {
  Deno.test({
    name: present ? `Corpus: ${name}` : `Corpus is absent: ${name}`,
    ignore: !present,
    fn: () => check(scored!),
  });
}
