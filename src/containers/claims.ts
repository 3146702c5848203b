/**
 * Whose a host name is: the oldest container's that asks for it.
 *
 * A name belongs to one owner on all servers and for all protocols: who has it for
 * TLS also has it for HTTP. Below somebody's wildcard others may have names of
 * their own, since the narrower rule wins there anyhow. What may not be is a rule
 * that is tried before somebody's rule and takes its connections, such as
 * `SNI *.example.com ALPN h2` before `SNI app.example.com`.
 *
 * @module
 */
import {
  type Condition,
  type FactCondition,
  oneByOne,
} from "../rule/condition.ts";
import type { WantedRoute } from "./wanted_route.ts";

/** A route, and the conditions of its rule. */
interface Claim {
  readonly route: WantedRoute;
  readonly conditions: readonly Condition[];
  /** What it says of hosts, each alone; empty: nothing. */
  readonly hosts: readonly FactCondition[];
}

/** A route that was there first, and what of it is in the way. */
export interface Conflict {
  readonly with: WantedRoute;
  /** `host "app.example.com"`. */
  readonly what: string;
}

/** Who has which host names. To be told of routes in the order of their age. */
export class Claims {
  /** By form and value of the host. */
  readonly #hosts = new Map<string, Claim>();
  /** By server and protocol. */
  readonly #rules = new Map<string, Claim[]>();

  /**
   * What keeps a route from being added; `null`: nothing does.
   *
   * @param conditions Those of its rule.
   */
  conflict(
    route: WantedRoute,
    conditions: readonly Condition[],
  ): Conflict | null {
    const hosts = hostsOf(conditions);
    for (const host of hosts) {
      const claim = this.#hosts.get(keyOf(host));
      if (claim !== undefined && claim.route.owner !== route.owner) {
        return { with: claim.route, what: hostText(host) };
      }
    }
    return this.#overtaken({ route, conditions, hosts });
  }

  /** Adds a route that has no conflict. */
  add(route: WantedRoute, conditions: readonly Condition[]): void {
    const claim = { route, conditions, hosts: hostsOf(conditions) };
    for (const host of claim.hosts) {
      const key = keyOf(host);
      if (!this.#hosts.has(key)) this.#hosts.set(key, claim);
    }
    const rules = this.#rules.get(placeOf(route));
    if (rules === undefined) this.#rules.set(placeOf(route), [claim]);
    else rules.push(claim);
  }

  /** The rule of another owner whose connections a rule would take. */
  #overtaken(claim: Claim): Conflict | null {
    const { route, conditions, hosts } = claim;
    const broad = hosts.filter(({ matcher }) => matcher.form !== "exact");
    if (conditions.length < 2 || (hosts.length > 0 && broad.length === 0)) {
      return null;
    }
    for (const other of this.#rules.get(placeOf(route)) ?? []) {
      if (other.route.owner === route.owner) continue;
      if (other.conditions.length >= conditions.length) continue;
      const taken = other.hosts.find((host) =>
        hosts.length === 0 || broad.some((each) => covers(each, host))
      );
      if (taken !== undefined) {
        return { with: other.route, what: hostText(taken) };
      }
    }
    return null;
  }
}

/** Whether a broad host may hold for all that another one holds for. */
function covers(
  broad: FactCondition,
  { fact, matcher }: FactCondition,
): boolean {
  const { form, value } = broad.matcher;
  if (broad.fact !== fact) return true;
  if (matcher.form === "exact") {
    return broad.matcher.test({ [fact]: matcher.value });
  }
  // What a longer wildcard says is the narrower rule.
  if (matcher.form === "suffix" && form === "suffix") {
    return matcher.value.endsWith(value);
  }
  return true;
}

function hostsOf(conditions: readonly Condition[]): FactCondition[] {
  return conditions.flatMap((condition) =>
    condition.kind === "fact" && condition.host && !condition.negated
      ? oneByOne(condition)
      : []
  );
}

function keyOf({ matcher }: FactCondition): string {
  return `${matcher.form} ${matcher.value}`;
}

function placeOf({ listen, protocol }: WantedRoute): string {
  return `${listen} ${protocol}`;
}

function hostText({ value, matcher }: FactCondition): string {
  const text = matcher.form === "exact" ? matcher.value : value;
  return `host ${JSON.stringify(text.slice(0, 256))}`;
}
