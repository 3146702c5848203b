/**
 * What is done with clients that send nothing.
 *
 * @module
 */
import type { Outcome } from "./entries.ts";
import { forProtocol } from "./expression.ts";
import type { Alternatives, OrderedRule } from "./server_types.ts";

/** The protocol that such clients are. */
export const SILENT = "SILENT";

/** Why a rule does not count for them. */
export const NOT_TOLD_APART =
  "clients that send nothing are not told apart by other conditions";

/** What is done with them, and the rules before it that may fit some. */
export function firstForSilent<Action>(
  rules: readonly Alternatives<Action>[],
  otherwise: Outcome<Action>,
): { found: Outcome<Action>; passed: OrderedRule<Action>[] } {
  const passed: OrderedRule<Action>[] = [];
  for (const { rule, conjunctions } of rules) {
    const left = conjunctions.map((one) => forProtocol(one, SILENT));
    if (left.some((literals) => literals?.length === 0)) {
      return { found: rule, passed };
    }
    const isKnown = left.some((literals) =>
      literals?.every(({ test }) => test.kind === "word")
    );
    if (isKnown) passed.push(rule);
  }
  return { found: otherwise, passed };
}
