/**
 * How much it takes to compare conditions.
 *
 * @module
 */
import type { Condition } from "./condition.ts";

/** How many values a condition has: of a list, each counts. */
export function valueCount(condition: Condition): number {
  if (condition.kind === "fact") return condition.matcher.anyOf?.length ?? 1;
  return condition.common.kind === "from" ? condition.common.blocks.length : 1;
}

/** Into how many rules `alternatives` splits one. */
export function alternativeCount(conditions: readonly Condition[]): number {
  const split = conditions.filter(({ kind, negated }) =>
    kind === "fact" && !negated
  );
  return split.reduce((product, one) => product * valueCount(one), 1);
}
