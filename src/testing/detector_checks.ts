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
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import * as fc from "./fast_check.ts";
import { BUILTINS } from "../detect/builtins.ts";
import type { Detector, Facts, Verdict } from "../detect/detector.ts";
import { type Identification, Identifier } from "../detect/identify.ts";
import { checkFacts, testDescribed } from "./detector_facts_checks.ts";
import { replace, splice } from "./mutate.ts";

export * from "./datagram_checks.ts";

/** The start of a connection. */
export interface Sample {
  /** What it is, for the names of the tests. */
  readonly name: string;
  /** What the client sends. */
  readonly bytes: Uint8Array;
}

/** A sample that matches. */
export interface PositiveSample extends Sample {
  /** All that must be learnt from it. */
  readonly facts: Facts;
}

/** A sample of the protocol, but broken. */
export interface MalformedSample extends Sample {
  /** What the verdict must say. */
  readonly why: string;
}

/** The samples of a detector. */
export interface DetectorSamples {
  /** Samples of the protocol. */
  readonly positive: readonly PositiveSample[];
  /** Samples of other protocols, or of none. */
  readonly negative: readonly Sample[];
  /** Samples of the protocol, but broken. Default: none. */
  readonly malformed?: readonly MalformedSample[];
  /**
   * Whether they are only some, which need not give every fact that the
   * detector's docs describe. Default: `false`.
   */
  readonly partial?: boolean;
}

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

/** Registers the checks on bytes that nobody chose. */
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

/** Every prefix says `more`, no further than the match, or matches already. */
function checkPrefixes(detector: Detector, sample: PositiveSample): void {
  const { bytes } = sample;
  const full = detector.detect(bytes, OPEN);
  const asked: number[] = [];
  let decidedAt = bytes.length;
  for (const length of cuts(bytes.length)) {
    const verdict = detector.detect(bytes.subarray(0, length), OPEN);
    if (verdict.kind === "more") {
      asked.push(verdict.atLeast);
      continue;
    }
    assertEquals(verdict, full, `${sample.name}: ${length} bytes`);
    decidedAt = Math.min(decidedAt, length);
  }
  for (const atLeast of asked) {
    assert(atLeast <= decidedAt, `${sample.name}: asks for ${atLeast}`);
  }
}

/** What has been said once holds for all that follows; `more` asks for more. */
function checkMonotone(detector: Detector, bytes: Uint8Array): void {
  for (const state of [OPEN, ENDED]) {
    let said: Verdict | undefined;
    for (const length of [...cuts(bytes.length), bytes.length]) {
      const verdict = detector.detect(bytes.subarray(0, length), state);
      checkFacts(detector, verdict);
      if (state === ENDED) continue;
      if (said !== undefined) assertEquals(verdict, said);
      else if (verdict.kind !== "more") said = verdict;
      else assert(verdict.atLeast > length);
    }
  }
}

/** The identification does not depend on how the bytes come. */
function checkPieces(detector: Detector, bytes: Uint8Array): void {
  const whole = identify(detector, [bytes]);
  const dripped = identify(
    detector,
    Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1)),
  );
  assertEquals(dripped, whole);
  assertEquals(identify(detector, piecesOf(bytes)), whole);
}

/** Pieces of many lengths, other ones for other bytes. */
function piecesOf(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let state = bytes.length;
  for (let start = 0; start < bytes.length;) {
    // A linear congruential generator: the same pieces at each run.
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    const end = start + 1 + state % 37;
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

/** Identifies a connection whose bytes come in such pieces, then end. */
function identify(
  detector: Detector,
  pieces: readonly Uint8Array[],
): Identification {
  const others = BUILTINS.filter(({ name }) => name !== detector.name);
  const identifier = new Identifier(
    [detector, ...others].map((each) => ({
      detector: each,
      needs: new Set(Object.values(each.rules).map(({ fact }) => fact)),
    })),
  );
  const bytes = new Uint8Array(pieces.reduce((sum, p) => sum + p.length, 0));
  let length = 0;
  for (const piece of pieces) {
    bytes.set(piece, length);
    length += piece.length;
    const found = identifier.look(bytes.subarray(0, length), false);
    if (found.kind !== "undecided") return found;
  }
  return identifier.look(bytes, true);
}

function checkExclusive(detector: Detector, sample: PositiveSample): void {
  for (const other of BUILTINS) {
    if (other.name === detector.name) continue;
    const verdict = other.detect(sample.bytes, ENDED);
    assertNotEquals(verdict.kind, "match", `${other.name}: ${sample.name}`);
  }
}

function checkUntouched(detector: Detector, bytes: Uint8Array): void {
  const view = bytes.slice();
  const verdict = detector.detect(view, OPEN);
  assertEquals(view, bytes);
  const before = structuredClone(verdict);
  view.fill(0);
  assertEquals(verdict, before);
}

/** Lengths to cut at: all, or of a long sample its ends and some between. */
function cuts(length: number): number[] {
  const near = 512;
  return Array.from({ length }, (_, i) => i).filter((i) =>
    i < near || i >= length - near || i % 251 === 0
  );
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
