/**
 * Who hears what a data plane does.
 *
 * @module
 */
import type { Observer } from "../observe/observer.ts";
import { denoTelemetry } from "../observe/telemetry.ts";
import { TelemetryObserver } from "../observe/telemetry_observer.ts";
import type { PlaneCounting } from "./plane_counting.ts";

/**
 * The observers of a data plane: what counts, and OpenTelemetry where Deno has
 * it on.
 *
 * @param counting Default: nothing is counted.
 */
export function planeObservers(
  counting: PlaneCounting | null | undefined,
): Observer[] {
  const telemetry = denoTelemetry();
  return [
    ...(counting ? [counting.observer] : []),
    ...(telemetry ? [new TelemetryObserver(telemetry)] : []),
  ];
}
