/**
 * Exporting the metrics of a process by OpenTelemetry.
 *
 * @module
 */
import type { Supervisor } from "../../control/supervisor.ts";
import { exportMetrics } from "../../observe/metric_export.ts";
import {
  type ProcessFacts,
  processFamilies,
} from "../../observe/process_facts.ts";
import type { Telemetry } from "../../observe/telemetry.ts";

/** What {@linkcode exportTelemetry} exports. */
export interface TelemetrySource {
  readonly supervisor: Pick<Supervisor, "counted">;
  /** What is known of the process now. */
  readonly facts: () => ProcessFacts;
}

/** Exports the metrics, as often as Deno does, until disposed of. */
export function exportTelemetry(
  { meter }: Telemetry,
  { supervisor, facts }: TelemetrySource,
): Disposable {
  let readAt = 0;
  return exportMetrics(meter, () => {
    const families = supervisor.counted.families(readAt);
    readAt = Date.now();
    return [...processFamilies(facts()), ...families];
  });
}
