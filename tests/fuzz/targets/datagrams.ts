/**
 * The detectors for datagrams: their contract on random flows.
 *
 * @module
 */
import { DATAGRAM_BUILTINS } from "../../../src/detect/datagram_builtins.ts";
import type {
  DatagramDetector,
  Datagrams,
  Verdict,
} from "../../../src/detect/detector.ts";
import { hashOf, type Input, joined, sizeOf } from "../input.ts";
import { Random } from "../random.ts";
import { stretchDatagrams } from "../stretch.ts";
import { type FuzzTarget, type Path, Violation } from "../target.ts";
import {
  addVerdict,
  checkMore,
  checkSame,
  checkVerdict,
  stateOf,
} from "../verdicts.ts";

/** Of a detector, what its rules test. */
const NEEDS = DATAGRAM_BUILTINS.map(({ rules }) => {
  const facts = Object.values(rules).map(({ fact }) => fact);
  return [
    undefined,
    new Set(facts),
    ...facts.map((fact) => new Set([fact])),
    new Set<string>(),
  ];
});
/** What follows a flow, to see that nothing changes. */
const FILLER = new Uint8Array(20).fill(0x5a);

/** The detectors for datagrams. */
export function datagramTarget(
  seeds: readonly Input[],
  tokens: readonly Uint8Array[],
): FuzzTarget {
  return {
    name: "datagrams",
    seeds,
    tokens,
    maxBytes: 1500,
    maxParts: 5,
    weight: 5,
    run,
    stretch: (input) => stretchDatagrams(joined(input)),
  };
}

function run(flow: Input, path: Path): void {
  const hash = hashOf(flow);
  const random = new Random(hash);
  for (const [index, detector] of DATAGRAM_BUILTINS.entries()) {
    const needs = random.pick(NEEDS[index]!);
    check(detector, flow, { index, path, needs });
  }
  if (hashOf(flow) !== hash) {
    throw new Violation("A detector writes to a datagram", "it has changed");
  }
}

function check(
  detector: DatagramDetector,
  flow: Datagrams,
  { index, path, needs }: {
    index: number;
    path: Path;
    needs: ReadonlySet<string> | undefined;
  },
): void {
  const { name, maxDatagrams } = detector;
  const state = stateOf(needs, false);
  const size = sizeOf(flow);
  const whole = detector.detect(flow, state);
  checkVerdict(detector, whole, size);
  const { verdict, count } = oneByOne(detector, flow, needs);
  checkSame(verdict, whole, () => `${name}: another verdict one by one`);
  addVerdict(path, verdict, { index, decidedAt: count });
  const ended = detector.detect(flow, stateOf(needs, true));
  checkVerdict(detector, ended, size);
  if (whole.kind === "more") {
    checkMore(whole, flow.length, name);
    if (flow.length >= maxDatagrams) {
      throw new Violation(
        `${name}: more than its most datagrams`,
        `${flow.length} of ${maxDatagrams}`,
      );
    }
    addVerdict(path, ended, { index: index + 100, decidedAt: 0 });
    return;
  }
  checkSame(ended, whole, () => `${name}: the end changes the verdict`);
  const fresh = detector.detect(flow.slice(0, count), state);
  checkSame(fresh, whole, () => `${name}: another verdict of fewer`);
  const more = detector.detect([...flow, FILLER], state);
  checkSame(more, whole, () => `${name}: more datagrams change the verdict`);
}

/** Shows the datagrams as they come. */
function oneByOne(
  detector: DatagramDetector,
  flow: Datagrams,
  needs: ReadonlySet<string> | undefined,
): { verdict: Verdict; count: number } {
  let seen = 0;
  let progress: unknown;
  for (let count = 1;; count++) {
    const verdict = detector.detect(flow.slice(0, count), {
      ...stateOf(needs, false),
      seen,
      progress,
    });
    if (verdict.kind !== "more" || count >= flow.length) {
      return { verdict, count };
    }
    checkMore(verdict, count, detector.name);
    seen = count;
    progress = verdict.progress;
  }
}
