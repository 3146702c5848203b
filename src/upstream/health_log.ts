/**
 * The line about a target that goes down or comes up.
 *
 * @module
 */
import type { TargetPlan } from "../config/plan.ts";
import { targetText } from "../config/targets.ts";
import type { Logger } from "../observe/log.ts";
import type { HealthChange } from "./target_health.ts";

/** What is said of the target beside the change. */
export interface ChangedTarget {
  readonly target: TargetPlan;
  /** The names of its upstreams. */
  readonly upstreams: readonly string[];
  /** How many targets each of them has that are up. */
  readonly left: readonly number[];
  /** Connections to it that are open. */
  readonly connections: number;
}

/** Logs that a target has gone down or come up. */
export function logHealth(
  logger: Logger,
  { up, why, retryMs }: HealthChange,
  { target, upstreams, left, connections }: ChangedTarget,
): void {
  logger.log(up ? "info" : "warn", up ? "target up" : "target down", {
    target: targetText(target),
    upstream: [...new Set(upstreams)].join("; "),
    why,
    targets_up: Math.min(...left),
    connections,
    retry_seconds: retryMs === undefined ? undefined : retryMs / 1_000,
  });
}
