/**
 * What the rules of a config lay claim to: hosts, and places in the order of
 * rules. A file with bounds may not take what others have.
 *
 * @module
 */
import { alternatives, type Condition } from "../../rule/condition.ts";
import { ConditionNumbers } from "../../rule/condition_numbers.ts";
import { valueCount } from "../../rule/condition_size.ts";
import type { Prover } from "../../rule/implication.ts";
import { compareKeys, specificity } from "../../rule/rank.ts";
import type { BuiltRule } from "../built_rule.ts";
import { type HostName, hostsOf } from "./host_pattern.ts";
import { type FindOptions, type TakenHost, TakenNames } from "./taken_names.ts";

/**
 * Most rules of a file with bounds that have no condition on the host: each is
 * compared with those of other files.
 */
export const MAX_WITHOUT_HOST = 1_000;

/** Which rules count. */
type Counts = (rule: BuiltRule) => boolean;

/** A rule, and what it is compared by. */
interface ClaimedRule {
  readonly rule: BuiltRule;
  readonly key: ReturnType<typeof specificity>;
  readonly hasHost: boolean;
  /** How many values it has, each of which is compared. */
  readonly weight: number;
}

/** The rules of some files. */
export class Claims {
  readonly #names = new TakenNames<BuiltRule>();
  /** By server and protocol. */
  readonly #rules = new Map<string, ClaimedRule[]>();
  /** The first with its conditions. */
  readonly #same = new Map<string, BuiltRule>();
  readonly #numbers = new ConditionNumbers();
  readonly #servers = new Set<string>();
  #withoutHost = 0;

  /** How many rules have no condition on the host. */
  get withoutHost(): number {
    return this.#withoutHost;
  }

  /** Adds a rule. */
  add(rule: BuiltRule): void {
    this.#servers.add(rule.server);
    for (const host of hostsOf(rule.conditions)) this.#names.add(host, rule);
    for (const identity of this.#identitiesOf(rule)) {
      if (!this.#same.has(identity)) this.#same.set(identity, rule);
    }
    const key = placeOf(rule);
    const rules = this.#rules.get(key);
    const claimed = claimedRule(rule);
    if (!claimed.hasHost) this.#withoutHost++;
    if (rules === undefined) this.#rules.set(key, [claimed]);
    else rules.push(claimed);
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
    const known = this.#identitiesOf(rule).find((each) => this.#same.has(each));
    return known === undefined ? null : this.#same.get(known)!;
  }

  /**
   * The rule whose connections a rule without a host would get; `null`: none.
   *
   * That is a rule with a host, since what else it asks for may not hold, or one
   * that would be tried later: the `CATCHALL` of the same protocol, too, and that
   * of the server, unless it refuses.
   *
   * @param prover When its budget does not suffice, the rule is taken to get
   * some of those connections.
   * @param counts Which rules count. Default: all.
   */
  findBehind(
    rule: BuiltRule,
    prover: Prover,
    counts: Counts = () => true,
  ): BuiltRule | null {
    const { key, weight } = claimedRule(rule);
    const last = this.#rules.get(`CATCHALL ${rule.server}`)?.find((other) =>
      counts(other.rule) && other.rule.route.action === "FORWARD"
    );
    if (last !== undefined) return last.rule;
    const found = this.#rules.get(placeOf(rule))?.find((other) => {
      if (!prover.spend(1)) return true;
      if (!counts(other.rule)) return false;
      if (other.hasHost) return true;
      if (compareKeys(key, other.key) > 0) return false;
      return !prover.spend(weight * other.weight) ||
        !exclude(rule.conditions, other.rule.conditions, prover);
    });
    return found?.rule ?? null;
  }

  /** What makes two rules of a server the same: of a list of hosts, any. */
  #identitiesOf(rule: BuiltRule): string[] {
    const place = placeOf(rule);
    return alternatives(rule.conditions)
      .map((conditions) => `${this.#numbers.textOf(conditions)} ${place}`);
  }
}

function claimedRule(rule: BuiltRule): ClaimedRule {
  const { conditions } = rule;
  return {
    rule,
    key: specificity(conditions),
    hasHost: hostsOf(conditions).length > 0,
    weight: conditions.reduce((sum, one) => sum + valueCount(one), 0),
  };
}

function placeOf({ server, protocol }: BuiltRule): string {
  return `${protocol} ${server}`;
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
