/**
 * Whether every text that one regular expression matches is matched by another.
 *
 * @module
 */
import type { LinearRegex } from "./linear_regex.ts";

/** How much may still be tried; shared by proofs, so that all end in time. */
export interface ProofBudget {
  /** Steps of one state over one character. */
  steps: number;
}

/** Where both expressions stand after the same text. */
interface Pair {
  readonly inner: ReadonlySet<number>;
  readonly outer: ReadonlySet<number>;
}

/**
 * Follows both expressions at once through every text there can be. What they
 * can do next depends only on the states that they are in, and of those there
 * are finitely many: when no text is found that `inner` matches and `outer` does
 * not, there is none.
 *
 * @returns `false` also when the budget does not suffice for a proof.
 */
export function isIncluded(
  inner: LinearRegex,
  outer: LinearRegex,
  budget: ProofBudget,
): boolean {
  if (budget.steps < 0) return false;
  const codes = representatives(inner, outer);
  const first: Pair = { inner: inner.begin(), outer: outer.begin() };
  const seen = new Set<string>();
  const waiting = [first];
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    if (outer.stateOf(pair.outer) === "match") continue;
    const state = inner.stateOf(pair.inner);
    if (state === "dead") continue;
    const isStart = pair === first;
    const key = keyOf(pair);
    if (seen.has(key)) continue;
    // What only fits at the start is not looked at twice.
    if (!isStart) seen.add(key);
    const matched = state === "match" || inner.endsIn(pair.inner, isStart);
    if (matched && !outer.endsIn(pair.outer, isStart)) return false;
    budget.steps -= codes.length * (pair.inner.size + pair.outer.size + 1);
    if (budget.steps < 0) return false;
    for (const code of codes) {
      waiting.push({
        inner: inner.advance(pair.inner, code),
        outer: outer.advance(pair.outer, code),
      });
    }
  }
  return true;
}

/** One character of each kind that the expressions tell apart. */
function representatives(inner: LinearRegex, outer: LinearRegex): number[] {
  const others = outer.classes();
  const kinds = new Map(
    inner.classes().map((kind, code) => [`${kind} ${others[code]}`, code]),
  );
  return [...kinds.values()];
}

function keyOf({ inner, outer }: Pair): string {
  const text = (states: ReadonlySet<number>) =>
    [...states].sort((a, b) => a - b).join(",");
  return `${text(inner)} ${text(outer)}`;
}
