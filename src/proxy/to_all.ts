/**
 * Routing of connections that are for one target alone and do not say which one,
 * such as a request to cancel a query: they go to every target that they may be
 * for, which are those that the rules leave open.
 *
 * @module
 */
import type { RoutePlan } from "../config/plan.ts";
import { distinctTargets } from "../config/targets.ts";
import type { Facts } from "../detect/detector.ts";
import type { Condition } from "../rule/condition.ts";
import type { Connection } from "../rule/connection.ts";
import type { Choice } from "./choice.ts";

/** What {@linkcode ToAll} chooses from. */
export interface ToAllOptions {
  readonly protocol: string;
  /** The fact of such connections: `Detector.toAll`. */
  readonly fact: string;
  /** The rules of the protocol, in the order in which they are tried. */
  readonly rules: readonly RuleChoice[];
  /** What is chosen when no rule fits; `null`: nothing. */
  readonly otherwise: Choice | null;
}

/** A rule and what it chooses. */
export interface RuleChoice {
  readonly conditions: readonly Condition[];
  readonly choice: Choice;
}

/** What can be said of a rule while facts are missing. */
type Fit = "fits" | "may_fit" | "no";

/** Chooses for the connections of one protocol that have the fact. */
export class ToAll {
  readonly #options: ToAllOptions;

  /** Looks at nothing yet. */
  constructor(options: ToAllOptions) {
    this.#options = options;
  }

  /**
   * The rule that asks for the fact, if there is one that fits. Else all rules
   * that the session could have gone by, which the connection belongs to: those
   * that do not fit by what is known are none, and behind one that fits whatever
   * is missing none comes.
   */
  choose(facts: Facts, connection: Connection): Choice | null {
    const explicit = this.#explicit(facts, connection);
    const { rules, otherwise } = this.#options;
    const possible: Choice[] = [];
    let last = explicit ?? otherwise;
    for (const { conditions, choice } of explicit === null ? rules : []) {
      const fit = fitOf(conditions, facts, connection);
      if (fit === "may_fit") possible.push(choice);
      if (fit !== "fits") continue;
      last = choice;
      break;
    }
    if (last !== null) possible.push(last);
    const { protocol, fact } = this.#options;
    const rule = explicit?.rule ?? `${protocol}/${fact.toUpperCase()}`;
    const all = together(rule, possible);
    // Where it would go anyhow, it goes like any other connection.
    const alone = all !== null && isOne(all.route);
    return all === null || (alone && last?.route.action === "FORWARD")
      ? last
      : all;
  }

  /** A rule such as `CANCEL FROM 10.0.0.0/8`. */
  #explicit(facts: Facts, connection: Connection): Choice | null {
    const { rules, fact } = this.#options;
    const found = rules.find(({ conditions }) =>
      conditions.some((condition) => asksFor(condition, fact)) &&
      conditions.every((condition) => condition.holds(facts, connection))
    );
    return found?.choice ?? null;
  }
}

/** @returns `null`: there is no target to go to. */
function together(rule: string, possible: readonly Choice[]): Choice | null {
  const routes = possible.map(({ route }) => route)
    .filter((route) => route.action === "FORWARD");
  const all = distinctTargets(routes);
  const [first] = all;
  if (first === undefined) return null;
  const { name: _, ...route } = first.route;
  const targets = all.map(({ target }) => target);
  return { rule, route: { ...route, targets }, all: routes };
}

/** Whether a route leads to one target, now and later. */
function isOne(route: RoutePlan): boolean {
  return route.action === "FORWARD" && route.targets.length === 1 &&
    route.targets[0]!.kind !== "srv";
}

function asksFor(condition: Condition, fact: string): boolean {
  return condition.kind === "fact" && condition.fact === fact &&
    !condition.negated;
}

function fitOf(
  conditions: readonly Condition[],
  facts: Facts,
  connection: Connection,
): Fit {
  let fit: Fit = "fits";
  for (const condition of conditions) {
    if (condition.holds(facts, connection)) continue;
    const missing = condition.kind === "fact" && condition.late &&
      facts[condition.fact] === undefined;
    if (!missing) return "no";
    fit = "may_fit";
  }
  return fit;
}
