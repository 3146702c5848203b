/**
 * The detectors for datagrams against real flows that other people's dissectors
 * have labelled. `deno task accuracy --udp` prints the figures.
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import { checkDescribed } from "../../src/testing/detector_facts_checks.ts";
import {
  CORPUS,
  readCorpus,
  requireCorpusInCi,
  segmentsOf,
} from "../accuracy/corpus.ts";
import {
  arrivals,
  DATAGRAM_CANDIDATES,
  DATAGRAMS,
} from "../accuracy/identify_datagrams.ts";
import { detectorOf } from "../accuracy/labels.ts";
import { NO_OPENINGS } from "../accuracy/no_openings.ts";
import { type Score, score } from "../accuracy/score.ts";
import { EXPLAINED_BROKEN_DATAGRAMS } from "./corpus_misses.ts";

const MAX_WRONG = 0.001;
const MIN_EXACT = 0.999;

const present = await requireCorpusInCi();
const cases = present ? await readCorpus(CORPUS, "udp") : [];
const scored = present ? score(cases, DATAGRAMS) : null;

test("every protocol is found in its flows", ({ missed }) => {
  assertEquals(missed, []);
});

test("what is said to be no opening is of a protocol that has a detector", () => {
  for (const id of Object.keys(NO_OPENINGS)) {
    const flow = cases.find((flow) => flow.id === id);
    assert(flow !== undefined && detectorOf(flow) !== null, id);
    assertNotEquals(DATAGRAMS.name(flow).name, detectorOf(flow), id);
  }
});

test("no flow is called broken, but for those that are explained", ({ broken }) => {
  assertEquals(
    Object.fromEntries(broken.map(({ id, broken }) => [id, broken])),
    EXPLAINED_BROKEN_DATAGRAMS,
  );
});

test("no protocol is found in a flow of another", (score) => {
  const { wrong, unlabelled, unambiguous } = score;
  assert(wrong.length / unambiguous <= MAX_WRONG, JSON.stringify(wrong));
  assertEquals(unlabelled, []);
});

test("the facts are those that the dissectors saw", ({ facts, inexact }) => {
  assertNotEquals(facts.length, 0);
  for (const { fact, exact, flows } of facts) {
    assert(exact >= flows * MIN_EXACT, `${fact}: ${inexact.join("\n")}`);
  }
});

test("at most one detector matches a flow", () => {
  for (const flow of cases) {
    const datagrams = segmentsOf(flow);
    const matching = DATAGRAM_BUILTINS.filter(({ detect }) =>
      detect(datagrams, { ended: true }).kind === "match"
    );
    assert(matching.length < 2, `${flow.id}: ${matching.map((d) => d.name)}`);
  }
});

test("the outcome does not depend on how the datagrams come", (score) => {
  assertEquals(score.differences, []);
});

test("the docs of the detectors describe the facts that are found", () => {
  for (const found of cases.flatMap((flow) => arrivals(flow)[0] ?? [])) {
    if (found.kind !== "identified") continue;
    const { detector } = DATAGRAM_CANDIDATES[found.index]!;
    checkDescribed(detector, found.facts);
  }
});

function test(name: string, check: (score: Score) => void): void {
  Deno.test({
    name: present ? `UDP corpus: ${name}` : `Corpus is absent: UDP: ${name}`,
    ignore: !present,
    fn: () => check(scored!),
  });
}
