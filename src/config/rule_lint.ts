/**
 * Conditions of one rule that exclude each other or say the same.
 *
 * @module
 */
import { MAX_ERRORS, quoted } from "./diagnostics.ts";
import { type Condition, conditionText } from "../rule/condition.ts";
import type { Prover } from "../rule/implication.ts";

/** A finding about one of the conditions. */
export interface RuleFinding {
  /** An error when the rule can never match. */
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Place of the condition in the rule. */
  readonly index: number;
}

/** What comparing two conditions takes off the budget of proofs. */
const STEPS = 5;

/** Compares each condition of a rule with those before it, while there is budget. */
export function ruleFindings(
  conditions: readonly Condition[],
  prover: Prover,
): RuleFinding[] {
  const found: RuleFinding[] = [];
  conditions.forEach((later, index) => {
    for (
      let place = 0;
      place < index && found.length < MAX_ERRORS && prover.spend(STEPS);
      place++
    ) {
      const finding = compare(conditions[place]!, later, prover);
      if (finding === null) continue;
      const { by, ...rest } = finding;
      found.push({ ...rest, index: by === "later" ? index : place });
      // One finding a condition: the others mostly follow from it.
      break;
    }
  });
  return found;
}

function compare(
  earlier: Condition,
  later: Condition,
  prover: Prover,
): Omit<RuleFinding, "index"> & { by: "earlier" | "later" } | null {
  if (prover.excludes(earlier, later)) {
    return { severity: "error", message: never(earlier, later), by: "later" };
  }
  const severity = "warning" as const;
  if (prover.implies(earlier, later)) {
    return { severity, message: idle(later, earlier), by: "later" };
  }
  return prover.implies(later, earlier)
    ? { severity, message: idle(earlier, later), by: "earlier" }
    : null;
}

function never(earlier: Condition, later: Condition): string {
  const twice = earlier.word === later.word && !earlier.negated &&
    !later.negated;
  return "Rule can never match: " +
    (twice
      ? `a connection has only one ${later.word}, the rule asks for two`
      : `${textOf(earlier)} and ${textOf(later)} exclude each other`);
}

function idle(implied: Condition, by: Condition): string {
  const same = implied.identity === by.identity &&
    implied.negated === by.negated;
  return same
    ? `Condition ${textOf(implied)} is repeated`
    : `Condition ${textOf(implied)} has no effect: ${textOf(by)} implies it`;
}

function textOf(condition: Condition): string {
  return quoted(conditionText(condition));
}
