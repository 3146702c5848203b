/**
 * Chooses the route of an identified connection.
 *
 * @module
 */
import type {
  ListenerPlan,
  ProtocolPlan,
  RoutePlan,
  RulePlan,
} from "../config/plan.ts";
import type { Facts } from "../detect/detector.ts";
import type { Candidate } from "../detect/identify.ts";
import type { Registry } from "../detect/registry.ts";
import type { Matcher, RuleGrammar } from "../detect/rule_grammar.ts";

/** What to do with a connection, and which rule says so. */
export interface Choice {
  /** `TLS/SNI example.com`, `CATCHALL/CATCHALL`, ... */
  readonly rule: string;
  readonly route: RoutePlan;
}

/** The routes of one listener, compiled for looking up. */
export class Router {
  /** The detectors to run, in the order of the config file. */
  readonly candidates: readonly Candidate[];
  readonly #silent: Choice | null;
  readonly #catchall: Choice | null;
  readonly #protocols: readonly ProtocolRoutes[];

  /**
   * @throws {RangeError} When the plan names a detector, a rule word or a value
   * that the registry does not know.
   */
  constructor(plan: ListenerPlan, registry: Registry) {
    this.#catchall = choice("CATCHALL/CATCHALL", plan.catchall);
    this.#silent = choice("SILENT/CATCHALL", plan.silent);
    this.#protocols = plan.protocols.map((protocol) =>
      new ProtocolRoutes(protocol, detectorOf(registry, protocol).rules)
    );
    this.candidates = plan.protocols.map((protocol, index) => ({
      detector: detectorOf(registry, protocol),
      needs: this.#protocols[index]!.needs,
    }));
  }

  /**
   * The route of an identified connection: the most specific rule of its
   * protocol, else the protocol's catch-all, else the listener's.
   *
   * @param index Place of the detector among the candidates.
   */
  route(index: number, facts: Facts): Choice | null {
    return this.#protocols[index]!.find(facts) ?? this.#catchall;
  }

  /** The route of a client that sends nothing until the timeout. */
  routeSilent(): {
    readonly protocol: "SILENT" | null;
    readonly choice: Choice | null;
  } {
    return this.#silent === null
      ? { protocol: null, choice: this.#catchall }
      : { protocol: "SILENT", choice: this.#silent };
  }

  /** The route of what no detector knows. */
  get catchall(): Choice | null {
    return this.#catchall;
  }
}

/**
 * The rules of a protocol in the order in which they are tried, the most
 * specific first: more conditions, then an exact host, the longest wildcard,
 * no host; then the exact and the longer of the other values; then the order of
 * the file.
 */
export function rankRules(
  rules: readonly RulePlan[],
  grammar: RuleGrammar,
): RankedRule[] {
  return rules
    .map((rule) => ({ rule, conditions: parseConditions(rule, grammar) }))
    .sort((a, b) =>
      b.conditions.length - a.conditions.length ||
      compareKeys(specificity(a.conditions), specificity(b.conditions))
    );
}

/** A rule with its conditions ready to be tested. */
export interface RankedRule {
  readonly rule: RulePlan;
  readonly conditions: readonly RankedCondition[];
}

interface RankedCondition {
  readonly fact: string;
  readonly kind: "host" | "text";
  readonly matcher: Matcher;
}

/** The rules of one protocol, indexed by one value of each. */
class ProtocolRoutes {
  /** The facts that the rules test. */
  readonly needs: ReadonlySet<string>;
  readonly #ranked: readonly RankedRule[];
  readonly #choices: readonly Choice[];
  readonly #catchall: Choice | null;
  /** Ranks of the rules with an exact or suffix condition, by fact and value. */
  readonly #indexed = new Map<string, Map<string, number[]>>();
  /** Ranks of the other rules. */
  readonly #others: number[] = [];

  constructor(plan: ProtocolPlan, grammar: RuleGrammar) {
    this.#ranked = rankRules(plan.rules, grammar);
    this.#choices = this.#ranked.map(({ rule }) => ({
      rule: `${plan.protocol}/${rule.text}`,
      route: rule.route,
    }));
    this.#catchall = choice(`${plan.protocol}/CATCHALL`, plan.catchall);
    this.needs = new Set(
      this.#ranked.flatMap(({ conditions }) => conditions.map((c) => c.fact)),
    );
    this.#ranked.forEach(({ conditions }, rank) => this.#add(conditions, rank));
  }

  find(facts: Facts): Choice | null {
    let best = this.#bestOf(this.#others, facts, Infinity);
    for (const [fact, ranks] of this.#indexed) {
      const value = facts[fact];
      if (typeof value === "string") {
        best = this.#bestOfValue(ranks, value, facts, best);
      } else if (Array.isArray(value)) {
        for (const one of value) {
          best = this.#bestOfValue(ranks, one, facts, best);
        }
      }
    }
    return best === Infinity ? this.#catchall : this.#choices[best]!;
  }

  #add(conditions: readonly RankedCondition[], rank: number): void {
    const condition = conditions.find(({ matcher }) =>
      matcher.form === "exact" || matcher.form === "suffix"
    );
    if (condition === undefined) {
      this.#others.push(rank);
      return;
    }
    const ranks = this.#indexed.get(condition.fact) ?? new Map();
    this.#indexed.set(condition.fact, ranks);
    const { value } = condition.matcher;
    const list = ranks.get(value);
    if (list === undefined) ranks.set(value, [rank]);
    else list.push(rank);
  }

  /** Looks up the value itself, then each suffix of it that starts at a dot. */
  #bestOfValue(
    ranks: ReadonlyMap<string, number[]>,
    value: string,
    facts: Facts,
    best: number,
  ): number {
    let found = this.#bestOf(ranks.get(value), facts, best);
    for (let dot = value.indexOf("."); dot >= 0;) {
      found = this.#bestOf(ranks.get(value.slice(dot)), facts, found);
      dot = value.indexOf(".", dot + 1);
    }
    return found;
  }

  /** The first rule that matches, if it ranks before `best`. */
  #bestOf(
    ranks: readonly number[] | undefined,
    facts: Facts,
    best: number,
  ): number {
    for (const rank of ranks ?? []) {
      if (rank >= best) return best;
      const { conditions } = this.#ranked[rank]!;
      if (conditions.every(({ matcher }) => matcher.test(facts))) return rank;
    }
    return best;
  }
}

function detectorOf(registry: Registry, plan: ProtocolPlan) {
  const detector = registry.get(plan.protocol);
  if (detector === undefined) {
    throw new RangeError(
      `Cannot route: there is no detector "${plan.protocol}"`,
    );
  }
  return detector;
}

function choice(rule: string, route: RoutePlan | null): Choice | null {
  return route === null ? null : { rule, route };
}

function parseConditions(
  rule: RulePlan,
  grammar: RuleGrammar,
): RankedCondition[] {
  return rule.conditions.map(({ word, value }) => {
    const known = grammar[word];
    const parsed = known?.parse(value);
    if (known === undefined || !parsed?.ok) {
      throw new RangeError(`Cannot route: bad condition "${word} ${value}"`);
    }
    return { fact: known.fact, kind: known.kind, matcher: parsed.matcher };
  });
}

/** A key that sorts the more specific rule first. */
function specificity(conditions: readonly RankedCondition[]): number[] {
  const host = conditions.find(({ kind }) => kind === "host");
  const others = conditions.filter((condition) => condition !== host)
    .map(({ matcher }) => formKey(matcher)).sort(compareKeys);
  return [
    ...(host === undefined ? [9, 0] : formKey(host.matcher)),
    ...others.flat(),
  ];
}

function formKey({ form, value }: Matcher): number[] {
  const forms = ["exact", "suffix", "pattern", "prefix", "present"];
  // The longer wildcard or prefix is the narrower one; patterns keep the order
  // of the file.
  const longer = form === "suffix" || form === "prefix";
  return [forms.indexOf(form), longer ? -value.length : 0];
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}
