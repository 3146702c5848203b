/**
 * What a data plane has counted: what it sends to the control plane. Plain data,
 * for `postMessage`.
 *
 * @module
 */
import type { MetricId } from "./metrics.ts";

/** A series: a metric, and the values of its labels in their order. */
export interface SeriesName {
  readonly metric: MetricId;
  readonly labels: readonly string[];
}

/** What was added to a counter. */
export interface CounterChange extends SeriesName {
  /** Above 0. */
  readonly by: number;
}

/** What was added to a histogram. */
export interface HistogramChange extends SeriesName {
  /** For each bucket, and last for what is above all bounds. */
  readonly buckets: Float64Array;
  readonly sum: number;
}

/** What a gauge of this data plane is now. */
export interface GaugeChange extends SeriesName {
  readonly value: number;
}

/** What has changed since it was last taken. */
export interface Counts {
  readonly counters: readonly CounterChange[];
  readonly histograms: readonly HistogramChange[];
  readonly gauges: readonly GaugeChange[];
  /** Log lines that it had to drop. Default: 0. */
  readonly logLinesDropped?: number;
}

/** Whether nothing has changed. */
export function isEmpty(counts: Counts): boolean {
  const { counters, histograms, gauges, logLinesDropped = 0 } = counts;
  return counters.length + histograms.length + gauges.length +
      logLinesDropped === 0;
}
