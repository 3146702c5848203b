/** The tables of the metrics in configs/deploy/README.md. */
import { type Metric, METRICS } from "../../src/observe/metrics.ts";
import { PROCESS_METRICS } from "../../src/observe/process_facts.ts";

/** What the metrics of a table are about, by their first label. */
const TITLES: Readonly<Record<string, string>> = {
  listener: "Listeners",
  protocol: "Protocols",
  upstream: "Targets",
};
const OTHER = "The process";

/** A title and a table for each subject. */
export function metricTables(): string[] {
  const groups = Map.groupBy(
    shownMetrics(),
    ({ labels }) => TITLES[labels[0] ?? ""] ?? OTHER,
  );
  return [...groups].flatMap(([title, metrics]) => [
    `**${title}**`,
    table([
      ["Metric", "Labels", "Type", "Meaning"],
      ...metrics.map(({ name, labels, type, help }) => [
        `\`${name}\``,
        labels.map((label) => `\`${label}\``).join(", "),
        type,
        help,
      ]),
    ]),
  ]);
}

/** The names of both systems. */
export function openTelemetryNames(): string[] {
  const rows = shownMetrics().map(({ name, otel }) => [
    `\`${name}\``,
    `\`${otel.name}\``,
  ]);
  return [table([["Prometheus", "OpenTelemetry"], ...rows])];
}

function shownMetrics(): Metric[] {
  const all: Metric[] = [
    ...Object.values(METRICS),
    ...Object.values(PROCESS_METRICS),
  ];
  return all.filter(({ internal }) => !internal);
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
  return [head!, head!.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
