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
import { MAX_SRV_TARGETS } from "../config/target_places.ts";
import { targetKey } from "../config/targets.ts";

type Health = HealthPlan | null;

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
  /**
   * For each target: those of the lowest tier are used while one of them is up.
   * Default: backups have a higher one than others.
   */
  readonly tiers?: readonly number[];
}

/** A service whose targets DNS tells: it has slots for as many as may be. */
export interface ServicePlace {
  readonly index: number;
  /** What tells it apart from the others. */
  readonly key: string;
  readonly target: Extract<TargetPlan, { kind: "srv" }>;
  /** Each has the service for a target. */
  readonly slots: readonly number[];
}

/** All of a Plan. */
export interface TargetTable {
  readonly slots: readonly TargetSlot[];
  readonly upstreams: readonly UpstreamPlace[];
  readonly services: readonly ServicePlace[];
}

/** Numbers the targets and the upstreams, in the order of the Plan. */
export function targetTable(
  { listeners }: Pick<Plan, "listeners">,
): TargetTable {
  const numbers = new Map<string, number>();
  const slots: (TargetSlot & { upstreams: number[] })[] = [];
  const upstreams: UpstreamPlace[] = [];
  const services: ServicePlace[] = [];
  const slotOf = (key: string, target: TargetPlan, health: Health) => {
    const known = numbers.get(key) ?? slots.length;
    if (known === slots.length) {
      numbers.set(key, known);
      slots.push({ key, target, health, upstreams: [] });
    }
    slots[known]!.upstreams.push(upstreams.length);
    return known;
  };
  const slotsOf = (
    target: TargetPlan,
    { health }: ForwardPlan,
    transport: "tcp" | "udp" = "tcp",
  ) => {
    // Who answers by TCP may be silent by UDP.
    const what = transport === "udp" ? "udp" : JSON.stringify(health);
    const key = `${targetKey(target)} ${what}`;
    if (target.kind !== "srv") return [slotOf(key, target, health)];
    const own = Array.from(
      { length: MAX_SRV_TARGETS },
      (_, nth) => slotOf(`${key} ${nth}`, target, health),
    );
    if (services.every((service) => service.key !== key)) {
      services.push({ index: services.length, key, target, slots: own });
    }
    return own;
  };
  for (const listener of listeners) {
    for (const { rule, route } of namedRoutes(listener)) {
      if (route.action !== "FORWARD") continue;
      upstreams.push({
        index: upstreams.length,
        name: route.name ?? `${listener.address.text} ${rule}`,
        route,
        slots: route.targets.flatMap((target) =>
          slotsOf(target, route, listener.transport)
        ),
      });
    }
  }
  return { slots, upstreams, services };
}
