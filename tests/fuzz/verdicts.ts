/**
 * What must hold for any verdict, and what a verdict adds to a path.
 *
 * @module
 */
import { equal } from "@std/assert";
import type {
  DetectState,
  Facts,
  More,
  Verdict,
} from "../../src/detect/detector.ts";
import {
  checkFacts,
  type Described,
} from "../../src/testing/detector_facts_checks.ts";
import { bucket, type Path, Violation } from "./target.ts";

/** What a field block of HTTP/2 may stand for, and its path in escapes. */
const MOST_FACTS = 4 * 65536;
const KINDS = { no: 0, more: 1, match: 2, malformed: 3 };

/** What a detector is told; `needs` of `undefined` is left out. */
export function stateOf(
  needs: ReadonlySet<string> | undefined,
  ended: boolean,
): DetectState {
  return needs === undefined ? { ended } : { ended, needs };
}

/** Checks that two verdicts say the same; of `more`, that both say it. */
export function checkSame(
  said: Verdict,
  before: Verdict,
  rule: () => string,
): void {
  if (said === before) return;
  const same = said.kind === before.kind &&
    (said.kind === "more" || said.kind === "no" || equal(said, before));
  if (!same) {
    throw new Violation(rule(), `${verdictText(before)}, ${verdictText(said)}`);
  }
}

/** Checks that a `more` asks for more than there is. */
export function checkMore(
  { atLeast }: More,
  length: number,
  name: string,
): void {
  if (Number.isSafeInteger(atLeast) && atLeast > length) return;
  throw new Violation(
    `${name}: more asks for no more`,
    `${atLeast} of ${length}`,
  );
}

/** Checks that facts are described, in form, and no more than the bytes give. */
export function checkVerdict(
  detector: Described,
  verdict: Verdict,
  length: number,
): void {
  if (verdict.kind === "malformed" && verdict.why.length > 300) {
    throw new Violation(`${detector.name}: a long reason`, verdict.why);
  }
  if (verdict.kind !== "match") return;
  try {
    checkFacts(detector, verdict);
  } catch (error) {
    throw new Violation(
      `${detector.name}: facts are not in form`,
      `${verdictText(verdict)}: ${(error as Error).message}`,
    );
  }
  const most = detector.name === "HTTP2" ? MOST_FACTS : 4 * length + 1024;
  const size = factsSize(verdict.facts);
  if (size > most) {
    throw new Violation(
      `${detector.name}: facts without a bound`,
      `${size} characters of ${length} bytes`,
    );
  }
}

function factsSize(facts: Facts): number {
  let size = 0;
  for (const [name, value] of Object.entries(facts)) {
    size += name.length;
    for (const text of Array.isArray(value) ? value : [value]) {
      size += String(text).length;
    }
  }
  return size;
}

/** Adds a verdict and where it was decided to a path. */
export function addVerdict(
  path: Path,
  verdict: Verdict,
  { index, decidedAt }: { index: number; decidedAt: number },
): void {
  const { kind } = verdict;
  path.add(1, index, KINDS[kind], bucket(decidedAt));
  if (kind === "malformed") path.add(2, index, path.word(verdict.why));
  else if (kind === "more") {
    path.add(3, index, bucket(verdict.atLeast - decidedAt));
  } else if (kind === "match") {
    const keys = Object.keys(verdict.facts).join();
    path.add(4, index, path.word(keys));
    for (const [name, value] of Object.entries(verdict.facts)) {
      const small = typeof value === "string"
        ? Math.min(value.length, 24)
        : path.word(`${value}`.slice(0, 12));
      path.add(5, index, path.word(name), small);
    }
  }
}

/** A verdict as text. */
function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case "more":
      return `more at ${verdict.atLeast}`;
    case "match":
      return `match ${JSON.stringify(verdict.facts).slice(0, 300)}`;
    case "malformed":
      return `malformed "${verdict.why}"`;
    default:
      return "no";
  }
}
