/**
 * The targets of a service as DNS has told them: what the control plane sends to
 * data planes. Plain data, for `postMessage`.
 *
 * @module
 */
import type { AddressTarget } from "../config/plan.ts";
import type { UpstreamPlace } from "./target_table.ts";

/** The targets of a service at a time. */
export interface FoundTargets {
  /** The number of the service in the Plan's table. */
  readonly service: number;
  /** `null`: there is no answer yet. */
  readonly targets: readonly PlacedTarget[] | null;
}

/** A target with a slot of its service. */
export interface PlacedTarget {
  /** What is dialled. */
  readonly target: AddressTarget;
  /** The same for as long as the target is there. */
  readonly slot: number;
  /** Its priority: those with the lowest are used while one is up. */
  readonly tier: number;
}

/** The upstream of a service with the targets that it has now. */
export function placeWith(
  place: UpstreamPlace,
  targets: readonly PlacedTarget[],
): UpstreamPlace {
  const { route } = place;
  return {
    ...place,
    slots: targets.map(({ slot }) => slot),
    tiers: targets.map(({ tier }) => tier),
    route: {
      ...route,
      targets: targets.map(({ target }) => target),
      retries: Math.min(route.retries, Math.max(0, targets.length - 1)),
    },
  };
}
