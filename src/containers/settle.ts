/**
 * Which of the routes that containers ask for they get.
 *
 * @module
 */
import { RouteClaims } from "../config/include/judge.ts";
import { byAge, type Container, shortId } from "./container.ts";
import type { RoutePicker } from "./route_picker.ts";
import {
  type Refusal,
  type WantedRoute,
  wantedRoutes,
} from "./wanted_route.ts";

/** Most routes of all containers. */
const MAX_ROUTES_IN_ALL = 10_000;

/** A container that is a target of a rule. */
export interface SettledTarget {
  readonly wanted: WantedRoute;
  /** `10.88.0.2:8443`. */
  readonly target: string;
}

/** A rule with its targets. */
export interface SettledRoute {
  readonly listen: string;
  readonly protocol: string;
  /** As the oldest container writes it. */
  readonly rule: string;
  readonly sendProxy: "v1" | "v2" | null;
  /** Containers of one service, the oldest first. */
  readonly targets: readonly SettledTarget[];
}

/** What is to be served, and what is left out. */
export interface Settled {
  readonly routes: readonly SettledRoute[];
  readonly refusals: readonly Refusal[];
}

/**
 * Settles who gets which rule and which host names: the oldest container that
 * asks for them.
 *
 * Containers of one service that ask for the same rule become targets of it. Who
 * has a rule keeps it while the container runs, healthy or not: only its target is
 * left out of the file.
 */
export function settle(
  containers: readonly Container[],
  picker: RoutePicker,
): Settled {
  const settling = new Settling(picker);
  const { listeners } = picker;
  const wanted = [...containers].sort(byAge).map((container) =>
    wantedRoutes(container, listeners)
  );
  for (const route of wanted.flatMap(({ routes }) => routes)) {
    settling.add(route);
  }
  return {
    routes: settling.routes,
    refusals: [
      ...wanted.flatMap(({ refusals }) => refusals),
      ...settling.refusals,
    ],
  };
}

/** Whether new connections may go to a container. */
export function isServing({ health }: Container): boolean {
  return health === "none" || health === "healthy";
}

/** Takes routes in the order of their age. */
class Settling {
  readonly refusals: Refusal[] = [];
  readonly #picker: RoutePicker;
  readonly #claims = new RouteClaims();
  /** By the identity of the rule. */
  readonly #rules = new Map<string, SettledTarget[]>();
  /** The oldest route of each owner. */
  readonly #owners = new Map<string, WantedRoute>();

  constructor(picker: RoutePicker) {
    this.#picker = picker;
  }

  get routes(): SettledRoute[] {
    return [...this.#rules.values()].map((targets) => {
      const { listen, protocol, rule, sendProxy } = targets[0]!.wanted;
      return { listen, protocol, rule, sendProxy, targets };
    });
  }

  add(wanted: WantedRoute): void {
    const reason = this.#take(wanted);
    if (reason === null) return;
    const { container, name } = wanted;
    this.refusals.push({ container, route: name, reason });
  }

  /** @returns Why it is not taken, or `null`. */
  #take(wanted: WantedRoute): string | null {
    const picked = this.#picker.pick(wanted);
    if (!picked.ok) return picked.problem;
    const { identity, target, route } = picked;
    const others = this.#rules.get(identity);
    if (others !== undefined) {
      const reason = replicaProblem(wanted, others[0]!.wanted);
      if (reason === null) others.push({ wanted, target });
      return reason;
    }
    if (this.#rules.size >= MAX_ROUTES_IN_ALL) {
      return `there are ${MAX_ROUTES_IN_ALL} routes already`;
    }
    const full = this.#claims.fullness(route);
    if (full !== null) return full;
    const { owner } = wanted;
    const holder = this.#claims.conflict(route, owner);
    if (holder !== null) {
      return `its host or connections belong to ${
        ownerText(this.#owners.get(holder)!)
      }`;
    }
    this.#claims.add(route, owner);
    this.#rules.set(identity, [{ wanted, target }]);
    if (!this.#owners.has(owner)) this.#owners.set(owner, wanted);
    return null;
  }
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
