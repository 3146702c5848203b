/**
 * What holds for every detector for datagrams, as tests: give the samples of a
 * detector and get them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type {
  DatagramDetector,
  Datagrams,
  Verdict,
} from "../detect/detector.ts";
import {
  checkContract,
  checkExclusive,
  checkPrefixes,
  checkUntouched,
} from "./datagram_contract_checks.ts";
import type {
  DatagramSample,
  DatagramSamples,
  PositiveDatagramSample,
} from "./datagram_samples.ts";
import { checkDescribed } from "./detector_facts_checks.ts";
import * as fc from "./fast_check.ts";
import { replace, splice } from "./mutate.ts";

export type * from "./datagram_samples.ts";

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

/** Registers the checks on random datagrams. */
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

function test(name: string, fn: () => void): void {
  Deno.test(`datagrams: ${name}`, fn);
}
