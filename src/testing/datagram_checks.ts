/**
 * What holds for every detector for datagrams, as tests: give the samples of a
 * detector and get them.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import * as fc from "./fast_check.ts";
import { DATAGRAM_BUILTINS } from "../detect/datagram_builtins.ts";
import type {
  DatagramDetector,
  Datagrams,
  Facts,
  Verdict,
} from "../detect/detector.ts";
import { type Identification, Identifier } from "../detect/identify.ts";
import { checkDescribed, checkFacts } from "./detector_facts_checks.ts";
import { replace, splice } from "./mutate.ts";

/** The start of a flow. */
export interface DatagramSample {
  /** What it is, for the names of the tests. */
  readonly name: string;
  /** What the client sends, in order of arrival. Not empty. */
  readonly datagrams: Datagrams;
}

/** A sample that matches. */
export interface PositiveDatagramSample extends DatagramSample {
  /** All that must be learnt from it. */
  readonly facts: Facts;
  /** What rules test, as `DetectState.needs`. Default: not said. */
  readonly needs?: readonly string[];
}

/** A sample of the protocol, but broken. */
export interface MalformedDatagramSample extends DatagramSample {
  /** What the verdict must say. */
  readonly why: string;
}

/** The samples of a detector for datagrams. */
export interface DatagramSamples {
  /** Samples of the protocol. */
  readonly positive: readonly PositiveDatagramSample[];
  /** Samples of other protocols, or of none. */
  readonly negative: readonly DatagramSample[];
  /** Samples of the protocol, but broken. Default: none. */
  readonly malformed?: readonly MalformedDatagramSample[];
}

const OPEN = { ended: false };
const ENDED = { ended: true };

/**
 * Registers tests (`Deno.test`): the verdict on each sample; that it never changes
 * when datagrams follow, and comes no later than its `more` said; that it is the
 * same with and without what the detector was given back; that no other built-in
 * detector takes the samples too; and the same on random and altered datagrams.
 */
export function testDatagramDetector(
  detector: DatagramDetector,
  samples: DatagramSamples,
): void {
  const { name } = detector;
  const { positive, negative, malformed = [] } = samples;
  const all = [...positive, ...negative, ...malformed];
  for (const sample of positive) {
    test(`${name}: matches ${sample.name}`, () => {
      const expected: Verdict = { kind: "match", facts: sample.facts };
      const state = sample.needs === undefined
        ? OPEN
        : { ended: false, needs: new Set(sample.needs) };
      assertEquals(detector.detect(sample.datagrams, state), expected);
    });
  }
  for (const { name: what, datagrams } of negative) {
    test(`${name}: says no to ${what}`, () => {
      assertEquals(detector.detect(datagrams, OPEN), { kind: "no" });
    });
  }
  for (const { name: what, datagrams, why } of malformed) {
    test(`${name}: says malformed for ${what}`, () => {
      const expected: Verdict = { kind: "malformed", why };
      assertEquals(detector.detect(datagrams, ENDED), expected);
    });
  }
  test(`${name}: says more, or the same match, for fewer datagrams`, () => {
    for (const sample of positive) checkPrefixes(detector, sample);
  });
  test(`${name}: keeps its contract on its samples`, () => {
    for (const { datagrams } of all) checkContract(detector, datagrams);
  });
  test(`${name}: is the only built-in detector to match its samples`, () => {
    for (const sample of positive) checkExclusive(detector, sample);
  });
  test(`${name}: neither changes nor keeps the datagrams`, () => {
    for (const { datagrams } of all) checkUntouched(detector, datagrams);
  });
  testDocs(detector, positive);
  testProperties(detector, all);
}

/** All facts are asked for, so that the costly ones are given too. */
function testDocs(
  detector: DatagramDetector,
  positive: readonly PositiveDatagramSample[],
): void {
  const { name, docs } = detector;
  if (docs === undefined) return;
  test(`${name}: its docs describe the facts that it gives`, () => {
    const described = Object.keys(docs.facts).sort();
    const given = new Set(positive.flatMap(({ datagrams, needs = [] }) => {
      const state = { ended: true, needs: new Set([...described, ...needs]) };
      const verdict = detector.detect(datagrams, state);
      if (verdict.kind !== "match") return [];
      checkDescribed(detector, verdict.facts);
      return Object.keys(verdict.facts);
    }));
    assertEquals([...given].sort(), described);
  });
}

/** Registers the checks on datagrams that nobody chose. */
function testProperties(
  detector: DatagramDetector,
  samples: readonly DatagramSample[],
): void {
  const sample = fc.constantFrom(...samples.map(({ datagrams }) => datagrams));
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const junk = fc.uint8Array({ maxLength: 64 });
  const each = (change: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array>) =>
    fc.tuple(sample, change).map(([datagrams, one]) => datagrams.map(one));
  const properties: Record<string, fc.Arbitrary<Datagrams>> = {
    "random datagrams": fc.array(fc.uint8Array({ maxLength: 200 }), {
      minLength: 1,
      maxLength: 4,
    }),
    "samples cut short": each(
      place.map((end) => (bytes) => bytes.slice(0, end * bytes.length)),
    ),
    "samples with bytes replaced": each(
      fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 4 })
        .map((changes) => (bytes) => replace(bytes, changes)),
    ),
    "samples with bytes put in or left out": each(
      fc.tuple(place, fc.nat(8), fc.uint8Array({ maxLength: 4 }))
        .map(([at, out, put]) => (bytes) => splice(bytes, at, out, put)),
    ),
    "samples out of order, repeated and with others between": fc
      .tuple(sample, fc.array(junk, { maxLength: 2 }))
      .chain(([datagrams, others]) =>
        fc.array(fc.constantFrom(...datagrams, ...others), {
          minLength: 1,
          maxLength: 10,
        })
      ),
  };
  for (const [what, datagrams] of Object.entries(properties)) {
    test(`${detector.name}: keeps its contract on ${what}`, () => {
      const property = fc.property(
        datagrams,
        (flow) => checkContract(detector, flow),
      );
      fc.assert(property, { numRuns: 200 });
    });
  }
}

/** Every prefix says `more`, no further than the match, or matches already. */
function checkPrefixes(
  detector: DatagramDetector,
  { name, datagrams }: DatagramSample,
): void {
  const full = detector.detect(datagrams, OPEN);
  let decidedAt = datagrams.length;
  const asked: number[] = [];
  for (let count = 1; count < datagrams.length; count++) {
    const verdict = detector.detect(datagrams.slice(0, count), OPEN);
    if (verdict.kind === "more") asked.push(verdict.atLeast);
    else {
      assertEquals(verdict, full, name);
      decidedAt = Math.min(decidedAt, count);
    }
  }
  for (const atLeast of asked) {
    assert(atLeast <= decidedAt, `${name}: asks for ${atLeast}`);
  }
}

/** What has been said once holds for all that follows; `more` asks for more. */
function checkContract(detector: DatagramDetector, datagrams: Datagrams): void {
  let said: Verdict | undefined;
  for (const { count, flow } of growing(detector, datagrams)) {
    const verdict = detector.detect(flow, OPEN);
    checkFacts(detector, verdict);
    checkFacts(detector, detector.detect(flow, ENDED));
    if (said !== undefined) assertEquals(verdict, said);
    else if (verdict.kind !== "more") said = verdict;
    else {
      assert(verdict.atLeast > count);
      assert(count < detector.maxDatagrams, `more after ${count} datagrams`);
    }
  }
  assertEquals(
    identify(detector, datagrams, "one by one"),
    identify(detector, datagrams, "at once"),
  );
}

/** A flow datagram by datagram, and with others behind it up to the most. */
function* growing({ maxDatagrams }: DatagramDetector, datagrams: Datagrams) {
  const most = Math.max(datagrams.length, maxDatagrams) + 1;
  const filler = new Uint8Array(20).fill(0x5a);
  const flow: Uint8Array[] = [];
  for (let count = 1; count <= most; count++) {
    flow.push(datagrams[count - 1] ?? filler);
    yield { count, flow: [...flow] };
  }
}

/** Identifies a flow that then ends, among all built-in detectors. */
function identify(
  detector: DatagramDetector,
  datagrams: Datagrams,
  how: "at once" | "one by one",
): Identification {
  const others = DATAGRAM_BUILTINS.filter(({ name }) => name !== detector.name);
  const identifier = new Identifier<Datagrams>(
    [detector, ...others].map((each) => ({
      detector: each,
      needs: new Set(Object.values(each.rules).map(({ fact }) => fact)),
    })),
  );
  const first = how === "at once" ? datagrams.length : 1;
  for (let count = first; count <= datagrams.length; count++) {
    const found = identifier.look(datagrams.slice(0, count), false);
    if (found.kind !== "undecided") return found;
  }
  return identifier.look(datagrams, true);
}

function checkExclusive(
  detector: DatagramDetector,
  { name, datagrams }: DatagramSample,
): void {
  for (const other of DATAGRAM_BUILTINS) {
    if (other.name === detector.name) continue;
    const { kind } = other.detect(datagrams, ENDED);
    assertNotEquals(kind, "match", `${other.name}: ${name}`);
  }
}

function checkUntouched(
  detector: DatagramDetector,
  datagrams: Datagrams,
): void {
  const copy = datagrams.map((datagram) => datagram.slice());
  const verdict = detector.detect(copy, OPEN);
  assertEquals(copy, datagrams);
  const { progress: _, ...before } = { progress: null, ...verdict };
  const expected = structuredClone(before);
  for (const datagram of copy) datagram.fill(0);
  assertEquals(before, expected);
  if (verdict.kind !== "more") return;
  // What is kept of them must be a copy: they are the caller's.
  const { progress } = verdict;
  const seen = datagrams.length;
  const next = [...copy, datagrams[0]!];
  const whole = [...datagrams, datagrams[0]!];
  assertEquals(
    plain(detector.detect(next, { ended: true, seen, progress })),
    plain(detector.detect(whole, ENDED)),
  );
}

/** A verdict without what the detector wants to be given back. */
function plain(verdict: Verdict): Verdict {
  return verdict.kind === "more"
    ? { kind: "more", atLeast: verdict.atLeast }
    : verdict;
}

function test(name: string, fn: () => void): void {
  Deno.test(`datagrams: ${name}`, fn);
}
