/**
 * Which facts rules test for a host.
 *
 * @module
 */
import type { Facts } from "../detect/facts.ts";
import type { Condition, FactCondition } from "./condition.ts";
import { Connection } from "./connection.ts";

/** Conditions on hosts are not about the connection. */
const NOBODY = new Connection(null, null);

/**
 * The facts that rules test, each by the hosts of these rules. Made once for the
 * rules of a protocol; looked up only for a fact that is in doubt.
 */
export class TestedFacts {
  /**
   * The conditions on hosts of the rules that test a fact; `null`: a rule tests it
   * for any host.
   */
  readonly #rules = new Map<string, (readonly FactCondition[])[] | null>();

  /** @param rules The conditions of each. */
  constructor(rules: Iterable<readonly Condition[]>) {
    for (const conditions of rules) {
      const facts = conditions.filter(isAboutFact);
      const hosts = facts.filter(({ host }) => host);
      for (const fact of new Set(facts.map(({ fact }) => fact))) {
        const others = hosts.filter((condition) => condition.fact !== fact);
        const known = this.#rules.get(fact);
        if (others.length === 0) this.#rules.set(fact, null);
        else if (known === undefined) this.#rules.set(fact, [others]);
        else known?.push(others);
      }
    }
  }

  /**
   * Whether a rule tests a fact whose conditions on hosts hold, or may hold for
   * all that is known.
   *
   * @param learnt What is known, the host among it.
   */
  has(fact: string, learnt: Facts): boolean {
    const rules = this.#rules.get(fact);
    if (rules === undefined) return false;
    return rules === null ||
      rules.some((hosts) =>
        hosts.every((host) =>
          learnt[host.fact] === undefined || host.holds(learnt, NOBODY)
        )
      );
  }
}

function isAboutFact(condition: Condition): condition is FactCondition {
  return condition.kind === "fact";
}
