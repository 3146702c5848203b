/**
 * What holds for every detector, as tests: give the samples of a detector and
 * get them.
 *
 * @example The tests of a detector (`deno task test FILE` in the folder of
 * passthru, or `deno test --no-lock --config` and its `deno.json`)
 * ```ts
 * import type { Detector } from "@passthru/passthru/detector";
 * import { type DetectorSamples, testDetector } from "@passthru/passthru/testing";
 *
 * const text = (text: string) => new TextEncoder().encode(text);
 *
 * export function testGreeter(greeter: Detector): void {
 *   const samples: DetectorSamples = {
 *     positive: [{ name: "a greeting", bytes: text("HELO ada\n"), facts: {} }],
 *     negative: [{ name: "SMTP", bytes: text("EHLO ada\r\n") }],
 *   };
 *   testDetector(greeter, samples);
 * }
 * ```
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Detector } from "../detect/detector.ts";
import {
  checkExclusive,
  checkMonotone,
  checkPieces,
  checkPrefixes,
  checkUntouched,
} from "./contract_checks.ts";
import { checkFacts, testDescribed } from "./detector_facts_checks.ts";
import type { DetectorSamples, Sample } from "./detector_samples.ts";
import * as fc from "./fast_check.ts";
import { replace, splice } from "./mutate.ts";

export * from "./datagram_checks.ts";
export type * from "./detector_samples.ts";

const OPEN = { ended: false };
const ENDED = { ended: true };

/**
 * Registers tests (`Deno.test`): the verdict on each sample; that it never
 * changes when bytes follow, and comes no later than its `more` said; that it is
 * the same in one piece, byte by byte and in random pieces; that no built-in
 * detector takes the samples too; and the same on random and mutated bytes.
 */
export function testDetector(
  detector: Detector,
  samples: DetectorSamples,
): void {
  testVerdicts(detector, samples);
  testContract(detector, samples);
  if (detector.docs !== undefined) testDescribed(detector, samples);
  testProperties(detector, allOf(samples));
}

/** Registers a test for what is said of each sample. */
function testVerdicts(detector: Detector, samples: DetectorSamples): void {
  const { name } = detector;
  for (const sample of samples.positive) {
    Deno.test(`${name}: matches ${sample.name}`, () => {
      assertEquals(detector.detect(sample.bytes, OPEN), {
        kind: "match",
        facts: sample.facts,
      });
    });
  }
  for (const sample of samples.negative) {
    Deno.test(`${name}: says no to ${sample.name}`, () => {
      assertEquals(detector.detect(sample.bytes, OPEN), { kind: "no" });
    });
  }
  for (const sample of samples.malformed ?? []) {
    Deno.test(`${name}: says malformed for ${sample.name}`, () => {
      assertEquals(detector.detect(sample.bytes, OPEN), {
        kind: "malformed",
        why: sample.why,
      });
    });
  }
}

/** Registers the checks of the contract, over all samples. */
function testContract(detector: Detector, samples: DetectorSamples): void {
  const { name } = detector;
  const all = allOf(samples);
  Deno.test(`${name}: says more, or the same match, for every prefix`, () => {
    for (const sample of samples.positive) checkPrefixes(detector, sample);
  });
  Deno.test(`${name}: never changes a verdict when bytes follow`, () => {
    each(all, (bytes) => checkMonotone(detector, bytes));
  });
  Deno.test(`${name}: is found alike in one piece and byte by byte`, () => {
    each(all, (bytes) => checkPieces(detector, bytes));
  });
  Deno.test(`${name}: is the only built-in detector to match its samples`, () => {
    for (const sample of samples.positive) checkExclusive(detector, sample);
  });
  Deno.test(`${name}: neither changes nor keeps the bytes`, () => {
    each(all, (bytes) => checkUntouched(detector, bytes));
  });
}

function allOf(samples: DetectorSamples): Sample[] {
  const { positive, negative, malformed = [] } = samples;
  return [...positive, ...negative, ...malformed];
}

/** Registers the checks on random bytes. */
function testProperties(detector: Detector, samples: readonly Sample[]): void {
  const { name } = detector;
  const sample = fc.constantFrom(...samples).map(({ bytes }) => bytes);
  const junk = fc.uint8Array({ maxLength: 64 });
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const properties: Record<string, fc.Arbitrary<Uint8Array>> = {
    "random bytes": fc.uint8Array({ maxLength: 200 }),
    "the start of a sample and random bytes": fc.tuple(sample, place, junk)
      .map(([bytes, at, tail]) => splice(bytes, at, bytes.length, tail)),
    "a sample with bytes replaced": fc
      .tuple(sample, fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 4 }))
      .map(([bytes, changes]) => replace(bytes, changes)),
    "a sample with bytes put in or left out": fc
      .tuple(sample, place, fc.nat(8), fc.uint8Array({ maxLength: 4 }))
      .map(([bytes, at, out, put]) => splice(bytes, at, out, put)),
  };
  for (const [what, bytes] of Object.entries(properties)) {
    Deno.test(`${name}: keeps its contract on ${what}`, () => {
      fc.assert(
        fc.property(bytes, (view) => {
          checkMonotone(detector, view);
          checkPieces(detector, view);
          checkFacts(detector, detector.detect(view, ENDED));
        }),
        { numRuns: 300 },
      );
    });
  }
}

/** Runs a check over samples; its error says which it was. */
function each(
  samples: readonly Sample[],
  check: (bytes: Uint8Array) => void,
): void {
  for (const { name, bytes } of samples) {
    try {
      check(bytes);
    } catch (error) {
      throw new Error(`Sample "${name}"`, { cause: error });
    }
  }
}
