/**
 * Counting in a data plane, wherever it runs.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { CountShipper } from "../observe/count_shipper.ts";
import { CountingObserver } from "../observe/counting_observer.ts";
import type { Counts } from "../observe/counts.ts";
import { planNames } from "./plan_names.ts";

/** What counts in a data plane, and sends what was counted. */
export interface PlaneCounting {
  /** For the server. */
  readonly observer: CountingObserver;
  readonly shipper: CountShipper;
}

/**
 * Counts by what a Plan names.
 *
 * @param ship Takes what was counted.
 */
export function planeCounting(
  plan: Plan,
  ship: (counts: Counts) => void,
): PlaneCounting {
  const observer = new CountingObserver(planNames(plan), () => shipper.wake());
  const shipper = new CountShipper({ observer, ship });
  return { observer, shipper };
}
