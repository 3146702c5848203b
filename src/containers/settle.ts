/**
 * Which of the routes that containers ask for they get.
 *
 * @module
 */
import { Claims, type Conflict } from "./claims.ts";
import { byAge, type Container, shortId } from "./container.ts";
import type { RuleReader } from "./rule_reader.ts";
import type { Refusal, WantedRoute } from "./wanted_route.ts";

/** Most routes of all containers. */
export const MAX_ROUTES_IN_ALL = 10_000;

/** A rule with its targets. */
export interface SettledRoute {
  readonly listen: string;
  readonly protocol: string;
  /** As in the config. */
  readonly rule: string;
  readonly sendProxy: "v1" | "v2" | null;
  /** Who asked for it, oldest first: containers of one service. */
  readonly wanted: readonly WantedRoute[];
}

/** What of the routes is to be served. */
export interface Settled {
  readonly routes: readonly SettledRoute[];
  readonly refusals: readonly Refusal[];
}

/**
 * Settles who gets which rule, the oldest container first.
 *
 * Containers of one service that ask for the same rule become targets of it. Who
 * has a rule keeps it while the container runs, healthy or not: only its target is
 * left out.
 */
export function settle(
  wanted: readonly WantedRoute[],
  reader: RuleReader,
): Settled {
  const claims = new Claims();
  const refusals: Refusal[] = [];
  const rules = new Map<string, WantedRoute[]>();
  const texts = new Map<string, string>();
  const refuse = ({ container, name }: WantedRoute, reason: string) =>
    void refusals.push({ container, route: name, reason });
  for (const route of [...wanted].sort(byAgeAndName)) {
    const read = reader.read(route);
    if (!read.ok) {
      refuse(route, read.problem);
      continue;
    }
    const key = `${route.listen} ${route.protocol} ${read.identity}`;
    const others = rules.get(key);
    const [first] = others ?? [];
    const problem = first === undefined
      ? problemOf(claims.conflict(route, read.conditions), rules.size)
      : replicaProblem(route, first);
    if (problem !== null) refuse(route, problem);
    else if (others !== undefined) others.push(route);
    else {
      rules.set(key, [route]);
      texts.set(key, read.text);
      claims.add(route, read.conditions);
    }
  }
  const routes = [...rules].map(([key, wanted]) => {
    const { listen, protocol, sendProxy } = wanted[0]!;
    return { listen, protocol, sendProxy, rule: texts.get(key)!, wanted };
  });
  return { routes, refusals };
}

/** Whether new connections may go to a container. */
export function isServing({ health }: Container): boolean {
  return health === "none" || health === "healthy";
}

function problemOf(conflict: Conflict | null, count: number): string | null {
  if (conflict !== null) {
    return `${conflict.what} belongs to ${ownerText(conflict.with)}`;
  }
  return count < MAX_ROUTES_IN_ALL
    ? null
    : `there are ${MAX_ROUTES_IN_ALL} routes already`;
}

/** Why a container cannot be one more target of a rule, or `null`. */
function replicaProblem(
  route: WantedRoute,
  first: WantedRoute,
): string | null {
  if (route.service !== first.service) {
    return `the rule belongs to ${ownerText(first)}`;
  }
  return route.sendProxy === first.sendProxy
    ? null
    : `"send_proxy" differs from that of ${ownerText(first)}`;
}

function ownerText({ container, owner }: WantedRoute): string {
  const { name, id } = container;
  const whose = owner.startsWith("container ") ? "" : ` of ${owner}`;
  return `the older container ${JSON.stringify(name)} (${shortId(id)})${whose}`;
}

function byAgeAndName(a: WantedRoute, b: WantedRoute): number {
  return byAge(a.container, b.container) || (a.name < b.name ? -1 : 1);
}
