/**
 * The detectors for TCP: the contract of `src/detect/detector.ts` on any bytes,
 * in one piece, dripping and in random pieces.
 *
 * @module
 */
import { BUILTINS } from "../../../src/detect/builtins.ts";
import type { Detector, Verdict } from "../../../src/detect/detector.ts";
import { hashOf, type Input, joined } from "../input.ts";
import { Random } from "../random.ts";
import { type FuzzTarget, type Path, Violation } from "../target.ts";
import {
  addVerdict,
  checkMore,
  checkSame,
  checkVerdict,
  stateOf,
} from "../verdicts.ts";
import { stretchTcp } from "../stretch.ts";

/** Longest view that is shown byte by byte. */
const MAX_DRIPPED = 700;
/** What follows a view, to see that nothing changes. */
const TAIL = Uint8Array.from(
  "\r\nHost: b\r\n\r\n\0\xff",
  (c) => c.charCodeAt(0),
);

/** The facts that rules of a detector can test. */
const NEEDS = BUILTINS.map(({ rules }) => {
  const facts = Object.values(rules).map(({ fact }) => fact);
  return [
    undefined,
    new Set(facts),
    ...facts.map((fact) => new Set([fact])),
    new Set<string>(),
    new Set([...facts, "upgrade", "header:cookie", "ja3", "ja4"]),
  ];
});

/**
 * Detectors that may ask for more than they match with, and why: both are
 * matches without the facts that were asked for.
 */
const MAY_ASK: Readonly<Record<string, string>> = {
  HTTP:
    "a header line that is broken ends the head itself, a sound one needs a byte more",
  POSTGRES:
    "what follows a request for encryption is asked for by its own length, and may then be none",
};

/** What is tried, and how: all of it follows from the input. */
interface Trial {
  readonly random: Random;
  readonly view: Uint8Array;
  /** The view with more behind it. */
  readonly longer: Uint8Array;
  /** Longest step between two looks, in bytes. */
  readonly step: number;
  readonly needs: ReadonlySet<string> | undefined;
}

/** The detectors for TCP. */
export function tcpTarget(
  seeds: readonly Input[],
  tokens: readonly Uint8Array[],
): FuzzTarget {
  return {
    name: "tcp",
    seeds,
    tokens,
    maxBytes: 2048,
    maxParts: 1,
    weight: 12,
    run: (input, path) => run(joined(input), path),
    stretch: (input) => stretchTcp(joined(input)),
  };
}

function run(given: Uint8Array, path: Path): void {
  const hash = hashOf([given]);
  const random = new Random(hash);
  const longer = new Uint8Array(given.length + TAIL.length);
  longer.set(given);
  longer.set(TAIL, given.length);
  const view = longer.subarray(0, given.length);
  const step = given.length <= MAX_DRIPPED && random.oneIn(3)
    ? 1
    : random.small(given.length);
  for (const [index, detector] of BUILTINS.entries()) {
    const needs = random.pick(NEEDS[index]!);
    check(detector, { random, view, longer, step, needs }, { index, path });
  }
  if (hashOf([view]) !== hash) {
    throw new Violation("A detector writes to the view", "it has changed");
  }
}

function check(
  detector: Detector,
  trial: Trial,
  { index, path }: { index: number; path: Path },
): void {
  const { view, longer, needs, random } = trial;
  const { name } = detector;
  const state = stateOf(needs, false);
  const whole = detector.detect(view, state);
  if (whole.kind === "more") checkMore(whole, view.length, name);
  checkVerdict(detector, whole, view.length);
  const { verdict, at } = drip(detector, trial);
  checkSame(verdict, whole, () => `${name}: another verdict in pieces`);
  addVerdict(path, verdict, { index, decidedAt: at });
  const ended = detector.detect(view, stateOf(needs, true));
  checkVerdict(detector, ended, view.length);
  if (whole.kind === "more") {
    addVerdict(path, ended, { index: index + 100, decidedAt: 0 });
    return;
  }
  checkSame(ended, whole, () => `${name}: the end changes the verdict`);
  for (const length of [at, at + random.below(view.length - at + 1)]) {
    const said = detector.detect(view.subarray(0, length), state);
    checkSame(said, whole, () => `${name}: another verdict of a prefix`);
  }
  const more = detector.detect(longer, state);
  checkSame(more, whole, () => `${name}: more bytes change the verdict`);
}

/** Shows the bytes as they come. @returns The verdict and at which length. */
function drip(
  detector: Detector,
  { view, step, needs, random }: Trial,
): { verdict: Verdict; at: number } {
  let at = Math.min(view.length, 1);
  let asked = 0;
  let seen = 0;
  let progress: unknown;
  for (;;) {
    const part = view.subarray(0, at);
    const verdict = detector.detect(part, {
      ...stateOf(needs, false),
      seen,
      progress,
    });
    if (verdict.kind !== "more") {
      checkAsked(detector, { view, needs, at, seen, asked });
      return { verdict, at };
    }
    checkMore(verdict, at, detector.name);
    if (at === view.length) return { verdict, at };
    seen = at;
    asked = verdict.atLeast;
    progress = verdict.progress;
    const next = at + (step === 1 ? 1 : 1 + random.below(step));
    at = Math.min(view.length, Math.max(next, asked));
  }
}

/**
 * Checks that a detector asked for no more bytes than it matches with. What it
 * would refuse earlier may have to come in whole: that costs no client of it.
 */
function checkAsked(
  detector: Detector,
  { view, needs, at, seen, asked }: {
    view: Uint8Array;
    needs: Trial["needs"];
    at: number;
    seen: number;
    asked: number;
  },
): void {
  const before = Math.min(asked, at) - 1;
  if (before <= seen || Object.hasOwn(MAY_ASK, detector.name)) return;
  const part = view.subarray(0, before);
  const { kind } = detector.detect(part, stateOf(needs, false));
  if (kind === "match") {
    throw new Violation(
      `${detector.name}: more asks for too much`,
      `${asked} at ${seen}, ${kind} at ${before}`,
    );
  }
}
