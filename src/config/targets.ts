/**
 * Targets as text: to dial, for scopes, for people.
 *
 * @module
 */
import { formatHostPort } from "./address.ts";
import type { ForwardPlan, TargetPlan } from "./plan.ts";
import { UNIX_PREFIX } from "./unix_address.ts";

/** A target as the config spells it: for messages and logs. */
export function targetText(target: TargetPlan): string {
  return target.kind === "address" ? target.address.text : target.text;
}

/** What tells a target from others: what is dialled, if that is known. */
export function targetKey(target: TargetPlan): string {
  if (target.kind === "unix") return UNIX_PREFIX + target.path;
  if (target.kind === "dynamic") return `*${target.under}:${target.port}`;
  if (target.kind === "srv") return `${target.text} ${target.within.join(" ")}`;
  return formatHostPort(target.address.hostname, target.address.port);
}

/** A target with a route that leads to it. */
export interface RouteTarget {
  readonly route: ForwardPlan;
  readonly target: TargetPlan;
}

/**
 * All targets of some routes, each once, with the first route that has it. Those
 * that a client names are not among them.
 */
export function distinctTargets(routes: readonly ForwardPlan[]): RouteTarget[] {
  const found = new Map<string, RouteTarget>();
  for (const route of routes) {
    for (const target of route.targets) {
      const key = targetKey(target);
      if (target.kind === "dynamic" || found.has(key)) continue;
      found.set(key, { route, target });
    }
  }
  return [...found.values()];
}

/** The permission scopes that dialling a target needs. */
export function targetScopes(target: TargetPlan): readonly string[] {
  return target.kind === "srv" ? target.within : [targetKey(target)];
}

/** The targets of a route for people: `10.0.0.2:443 (weight 2, backup)`. */
export function targetList({ targets }: ForwardPlan): string[] {
  return targets.map((target) => {
    const remarks = [
      ...(target.weight === 1 ? [] : [`weight ${target.weight}`]),
      ...(target.backup ? ["backup"] : []),
      ...(target.kind === "dynamic" && target.allowPrivate
        ? ["allow_private"]
        : []),
    ];
    const tail = remarks.length === 0 ? "" : ` (${remarks.join(", ")})`;
    return targetText(target) + tail;
  });
}
