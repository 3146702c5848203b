/**
 * The metrics for OpenTelemetry, but for the histograms, which data planes record
 * themselves.
 *
 * @module
 */
import { labelAttributes } from "./label_attributes.ts";
import { type Metric, METRICS } from "./metrics.ts";
import { PROCESS_METRICS } from "./process_facts.ts";
import type { Family } from "./prometheus_text.ts";
import type { Meter, Observable, ObservableCallback } from "./telemetry.ts";

/** Gives the metrics as they are now. */
export type ReadMetrics = () => readonly Family[];

/** Has the metrics read each time that they are exported, until disposed of. */
export function exportMetrics(meter: Meter, read: ReadMetrics): Disposable {
  const metrics: Metric[] = [
    ...Object.values(PROCESS_METRICS),
    ...Object.values(METRICS),
  ];
  const instruments = new Map(
    metrics.filter((metric) => metric.type !== "histogram" && !metric.internal)
      .map((metric) => [metric.name, instrumentOf(meter, metric)]),
  );
  const callback: ObservableCallback = (result) => {
    for (const { metric, series } of read()) {
      const instrument = instruments.get(metric.name);
      if (instrument === undefined) continue;
      for (const { labels, value } of series) {
        const attributes = labelAttributes(metric.labels, labels);
        result.observe(instrument, value, attributes);
      }
    }
  };
  const observables = [...instruments.values()];
  meter.addBatchObservableCallback(callback, observables);
  return {
    [Symbol.dispose]: () =>
      meter.removeBatchObservableCallback(callback, observables),
  };
}

/** What counts things adds up; other gauges do not. */
function instrumentOf(meter: Meter, { type, help, otel }: Metric): Observable {
  const options = { description: help, unit: otel.unit };
  if (type === "counter") {
    return meter.createObservableCounter(otel.name, options);
  }
  return otel.unit.startsWith("{")
    ? meter.createObservableUpDownCounter(otel.name, options)
    : meter.createObservableGauge(otel.name, options);
}
