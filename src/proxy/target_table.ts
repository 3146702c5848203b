/**
 * Numbers for the targets and the upstreams of a Plan, the same in every thread
 * that counts them.
 *
 * Rules that name the same address with the same `health` share one slot: what
 * is known of the target, and its connections. How they choose is each rule's
 * own.
 *
 * @module
 */
import type {
  ForwardPlan,
  HealthPlan,
  Plan,
  TargetPlan,
} from "../config/plan.ts";
import { namedRoutes } from "../config/routes.ts";
import { targetKey } from "../config/targets.ts";

/** A target of any number of upstreams. */
export interface TargetSlot {
  /** What tells it apart from the others. */
  readonly key: string;
  readonly target: TargetPlan;
  readonly health: HealthPlan | null;
  /** The upstreams that it belongs to, by their numbers. */
  readonly upstreams: readonly number[];
}

/** The upstream of a route. */
export interface UpstreamPlace {
  readonly index: number;
  /** For the log: the route's name, else its listener and its rule. */
  readonly name: string;
  readonly route: ForwardPlan;
  /** The slot of each target, in the order of the Plan. */
  readonly slots: readonly number[];
}

/** All of a Plan. */
export interface TargetTable {
  readonly slots: readonly TargetSlot[];
  readonly upstreams: readonly UpstreamPlace[];
}

/** Numbers the targets and the upstreams, in the order of the Plan. */
export function targetTable(
  { listeners }: Pick<Plan, "listeners">,
): TargetTable {
  const numbers = new Map<string, number>();
  const slots: (TargetSlot & { upstreams: number[] })[] = [];
  const upstreams: UpstreamPlace[] = [];
  const slotOf = (target: TargetPlan, { health }: ForwardPlan) => {
    const key = `${targetKey(target)} ${JSON.stringify(health)}`;
    const known = numbers.get(key) ?? slots.length;
    if (known === slots.length) {
      numbers.set(key, known);
      slots.push({ key, target, health, upstreams: [] });
    }
    slots[known]!.upstreams.push(upstreams.length);
    return known;
  };
  for (const listener of listeners) {
    for (const { rule, route } of namedRoutes(listener)) {
      if (route.action !== "FORWARD") continue;
      upstreams.push({
        index: upstreams.length,
        name: route.name ?? `${listener.address.text} ${rule}`,
        route,
        slots: route.targets.map((target) => slotOf(target, route)),
      });
    }
  }
  return { slots, upstreams };
}
