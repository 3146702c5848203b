/**
 * Testing the rules that a connection could go by, one by one.
 *
 * @module
 */
import type { RulePlan } from "../config/plan.ts";
import type { Facts, FactValue } from "../detect/detector.ts";
import type { Condition } from "../rule/condition.ts";
import type { Connection } from "../rule/connection.ts";
import type { RankedRule } from "../rule/rank.ts";
import type { ListenerContext } from "./context.ts";

/** A rule that did not win. */
export interface LostRule {
  /** As the router names it: `TLS/SNI example.com`. */
  readonly rule: string;
  /** The first condition that does not hold; `null`: another rule was better. */
  readonly failed: FailedCondition | null;
}

/** A condition that does not hold. */
export interface FailedCondition {
  /** The rule word: `SNI`. */
  readonly word: string;
  /** As the config spells it. */
  readonly wanted: string;
  /** There when this is what must not be so. */
  readonly negated?: true;
  /** What the connection has; `null`: nothing. */
  readonly found: FactValue | null;
}

/** What the rules are tested on. */
export interface Tested {
  readonly facts: Facts;
  readonly connection: Connection;
}

/**
 * Tests all rules that a connection could go by, one by one, in the order in
 * which they are tried: those of its protocol, the protocol's catch-all, the
 * server's. The first that does not fail is the one that the router chooses.
 */
export function testRules(
  { plan, ranked }: ListenerContext,
  index: number,
  of: Tested,
): LostRule[] {
  const { protocol, catchall } = plan.protocols[index]!;
  const tested: LostRule[] = triedRules(ranked[index]!, of)
    .map(({ rule, failed }) => ({
      rule: `${protocol}/${rule.rule.text}`,
      failed: failedCondition(rule, failed, of),
    }));
  if (catchall !== null) {
    tested.push({ rule: `${protocol}/CATCHALL`, failed: null });
  }
  if (plan.catchall !== null) {
    tested.push({ rule: "CATCHALL/CATCHALL", failed: null });
  }
  return tested;
}

/** A rule, and the place of its first condition that does not hold. */
interface Tried {
  readonly rule: RankedRule<RulePlan>;
  /** -1: all hold. */
  readonly failed: number;
}

/**
 * Tests each rule once, one with a list of hosts as the one of them that fits,
 * else as the one that fits best.
 */
function triedRules(
  ranked: readonly RankedRule<RulePlan>[],
  { facts, connection }: Tested,
): Tried[] {
  const best = new Map<RulePlan, Tried>();
  const tried = ranked.map((rule): Tried => {
    const failed = rule.conditions.findIndex((condition: Condition) =>
      !condition.holds(facts, connection)
    );
    return { rule, failed };
  });
  for (const one of tried) {
    const known = best.get(one.rule.rule);
    if (known === undefined || isBetter(one, known)) {
      best.set(one.rule.rule, one);
    }
  }
  return tried.filter((one) => best.get(one.rule.rule) === one);
}

function isBetter(one: Tried, known: Tried): boolean {
  return known.failed >= 0 && (one.failed < 0 || one.failed > known.failed);
}

function failedCondition(
  { written }: RankedRule<unknown>,
  failed: number,
  { facts, connection }: Tested,
): FailedCondition | null {
  if (failed < 0) return null;
  const condition = written[failed]!;
  const { word, value, negated } = condition;
  return {
    word,
    wanted: value,
    ...(negated ? { negated } : {}),
    found: condition.found(facts, connection),
  };
}
