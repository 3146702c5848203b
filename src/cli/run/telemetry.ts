/**
 * Exporting the metrics of a process by OpenTelemetry.
 *
 * @module
 */
import type { DataPlanes } from "../../control/data_planes.ts";
import { exportMetrics } from "../../observe/metric_export.ts";
import {
  type ProcessFacts,
  processFamilies,
} from "../../observe/process_facts.ts";
import type { Telemetry } from "../../observe/telemetry.ts";

/** What {@linkcode exportTelemetry} exports. */
export interface TelemetrySource {
  readonly planes: Pick<DataPlanes, "counted">;
  /** What is known of the process now. */
  readonly facts: () => ProcessFacts;
}

/** Exports the metrics, as often as Deno does, until disposed of. */
export function exportTelemetry(
  { meter }: Telemetry,
  { planes, facts }: TelemetrySource,
): Disposable {
  let readAt = 0;
  return exportMetrics(meter, () => {
    const families = planes.counted.families(readAt);
    readAt = Date.now();
    return [...processFamilies(facts()), ...families];
  });
}
