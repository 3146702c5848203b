/** The table of the metrics in configs/deploy/README.md. */
import { type Metric, METRICS } from "../../src/observe/metrics.ts";
import { PROCESS_METRICS } from "../../src/observe/process_facts.ts";

/** A row for each metric that is exported. */
export function metricTable(): string {
  const metrics: Metric[] = [
    ...Object.values(METRICS),
    ...Object.values(PROCESS_METRICS),
  ];
  const rows = metrics.filter(({ internal }) => !internal).map((metric) => [
    `\`${metric.name}\``,
    metric.labels.map((label) => `\`${label}\``).join(", "),
    metric.type,
    metric.help,
    `\`${metric.otel.name}\``,
  ]);
  return [
    ["Metric", "Labels", "Type", "What it is", "OpenTelemetry"],
    ["---", "---", "---", "---", "---"],
    ...rows,
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
