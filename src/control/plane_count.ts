/**
 * How many data planes serve a Plan.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";

/** Most data planes when the config does not say how many. */
const DEFAULT_MOST_PLANES = 4;

/** How many data planes a Plan wants on a machine with so many cores. */
export function planeCount(plan: Plan, cores: number): number {
  const { workers } = plan;
  if (workers === null) return Math.min(cores, DEFAULT_MOST_PLANES);
  return workers === 0 ? cores : workers;
}
