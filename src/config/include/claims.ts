/**
 * What the rules of a config lay claim to: hosts, and places in the order of
 * rules. A file with bounds may not take what others have.
 *
 * @module
 */
import { alternatives, type Condition } from "../../rule/condition.ts";
import { Prover } from "../../rule/implication.ts";
import { compareKeys, specificity } from "../../rule/rank.ts";
import type { BuiltRule } from "../built_rule.ts";
import { type HostName, hostsOf } from "./host_pattern.ts";
import { type FindOptions, type TakenHost, TakenNames } from "./taken_names.ts";

/** Which rules count. */
type Counts = (rule: BuiltRule) => boolean;

/** The rules of some files. */
export class Claims {
  readonly #names = new TakenNames<BuiltRule>();
  /** By server and protocol. */
  readonly #rules = new Map<string, BuiltRule[]>();
  /** The first with its conditions. */
  readonly #same = new Map<string, BuiltRule>();
  readonly #servers = new Set<string>();

  /** Adds a rule. */
  add(rule: BuiltRule): void {
    const { server, conditions } = rule;
    this.#servers.add(server);
    for (const host of hostsOf(conditions)) this.#names.add(host, rule);
    for (const identity of identitiesOf(rule)) {
      if (!this.#same.has(identity)) this.#same.set(identity, rule);
    }
    const key = placeOf(rule);
    const rules = this.#rules.get(key);
    if (rules === undefined) this.#rules.set(key, [rule]);
    else rules.push(rule);
  }

  /** Whether a server has any rule. */
  hasServer(server: string): boolean {
    return this.#servers.has(server);
  }

  /** As {@linkcode TakenNames.find}. */
  findHost(
    host: HostName,
    options: FindOptions<BuiltRule>,
  ): TakenHost<BuiltRule> | null {
    return this.#names.find(host, options);
  }

  /** A rule with the same conditions; `null`: there is none. */
  findSame(rule: BuiltRule): BuiltRule | null {
    const known = identitiesOf(rule).find((each) => this.#same.has(each));
    return known === undefined ? null : this.#same.get(known)!;
  }

  /**
   * The rule whose connections a rule without a host would get; `null`: none.
   *
   * That is a rule with a host, since what else it asks for may not hold, or one
   * that would be tried later: the `CATCHALL` of the same protocol, too, and that
   * of the server, unless it refuses.
   */
  findBehind(rule: BuiltRule, counts: Counts = () => true): BuiltRule | null {
    const { conditions } = rule;
    const key = specificity(conditions);
    const prover = new Prover();
    const last = this.#rules.get(`CATCHALL ${rule.server}`)?.find((other) =>
      counts(other) && other.route.action === "FORWARD"
    );
    if (last !== undefined) return last;
    return this.#rules.get(placeOf(rule))?.find((other) => {
      if (!counts(other)) return false;
      if (hostsOf(other.conditions).length > 0) return true;
      const isBefore = compareKeys(key, specificity(other.conditions)) <= 0;
      return isBefore && !exclude(conditions, other.conditions, prover);
    }) ?? null;
  }
}

function placeOf({ server, protocol }: BuiltRule): string {
  return `${protocol} ${server}`;
}

/** What makes two rules of a server the same: of a list of hosts, any. */
function identitiesOf(rule: BuiltRule): string[] {
  return alternatives(rule.conditions).map((conditions) =>
    [
      placeOf(rule),
      ...conditions
        .map(({ word, identity, negated }) => `${word} ${negated} ${identity}`)
        .sort(),
    ].join("\n")
  );
}

/** Whether no connection fulfils both. */
function exclude(
  these: readonly Condition[],
  those: readonly Condition[],
  prover: Prover,
): boolean {
  return these.some((one) =>
    those.some((other) => prover.excludes(one, other))
  );
}
