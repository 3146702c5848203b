/**
 * Metrics in Prometheus' text format, version 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * @module
 */
import type { Metric } from "./metrics.ts";

/** A metric with its series. */
export interface Family {
  readonly metric: Pick<
    Metric,
    "name" | "type" | "help" | "labels" | "bounds" | "otel"
  >;
  readonly series: Iterable<FamilySeries>;
}

/** A series of a {@linkcode Family}. */
export interface FamilySeries {
  /** Values of the metric's labels. */
  readonly labels: readonly string[];
  /** Of a counter or a gauge. */
  readonly value: number;
  /** Of a histogram: values in each bucket, last those above all bounds. */
  readonly buckets?: Float64Array;
  /** Of a histogram: the sum of all values. */
  readonly sum?: number;
}

/** The text of some metrics. */
export function prometheusText(families: readonly Family[]): string {
  const lines: string[] = [];
  for (const { metric, series } of families) {
    const { name, type, help } = metric;
    lines.push(`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`);
    for (const one of series) {
      if (type === "histogram") pushHistogram(lines, metric, one);
      else lines.push(`${name}${labelText(metric, one)} ${one.value}`);
    }
  }
  return lines.join("\n") + "\n";
}

function pushHistogram(
  lines: string[],
  metric: Family["metric"],
  series: FamilySeries,
): void {
  const { name, bounds = [] } = metric;
  const { buckets = [], sum = 0 } = series;
  let count = 0;
  [...bounds, "+Inf"].forEach((bound, at) => {
    count += buckets[at] ?? 0;
    const labels = labelText(metric, series, `le="${bound}"`);
    lines.push(`${name}_bucket${labels} ${count}`);
  });
  const labels = labelText(metric, series);
  lines.push(`${name}_sum${labels} ${sum}`, `${name}_count${labels} ${count}`);
}

function labelText(
  { labels: names }: Family["metric"],
  { labels }: FamilySeries,
  ...more: string[]
): string {
  const all = names.map((name, at) => `${name}="${escapeValue(labels[at]!)}"`);
  const text = [...all, ...more].join(",");
  return text === "" ? "" : `{${text}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
