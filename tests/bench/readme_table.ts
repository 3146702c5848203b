/** The part of the README here that shows the figures, from kept results. */
import type { BenchReport, FigureReport, TargetReport } from "./report.ts";
import { align, intervalText, number } from "./table.ts";
import { BASELINE_NAME, PASSTHRU_NAME } from "./peers/passthru.ts";
import { CONFIDENCE } from "./statistics.ts";

/** The results that the README shows. */
export const KEPT_RESULTS: URL = new URL(
  "results/readme.json",
  import.meta.url,
);

/** A row of the table: a figure of a measure. */
export interface Row {
  readonly title: string;
  readonly measure: string;
  readonly key: string;
}

/** All rows. */
export const ROWS: readonly Row[] = [
  row("bulk, 1 stream, up", "bulk", "up_1_gbit_per_second"),
  row("bulk, 1 stream, down", "bulk", "down_1_gbit_per_second"),
  row("CPU of bulk, up", "bulk", "up_1_cpu_seconds_per_gb"),
  row("CPU of bulk, down", "bulk", "down_1_cpu_seconds_per_gb"),
  row("new connections, HTTP", "conn", "http_per_second"),
  row("new connections, TLS", "conn", "hello_per_second"),
  row("CPU of each, HTTP", "conn", "http_cpu_us"),
  row("– in user mode", "conn", "http_cpu_us_user"),
  row("– in the kernel", "conn", "http_cpu_us_kernel"),
  row("CPU of each, TLS", "conn", "hello_cpu_us"),
  row("– in user mode", "conn", "hello_cpu_us_user"),
  row("– in the kernel", "conn", "hello_cpu_us_kernel"),
  row("kept-alive requests", "kept", "requests_per_second"),
  row("p99 at full load", "kept", "full_load_p99_us"),
  row("p50 added, 2 000/s", "latency", "added_p50_32_us"),
  row("p99 added, 2 000/s", "latency", "added_p99_32_us"),
  row("idle connection, 45 s", "rest", "own_kib"),
  row("at rest, 1 worker", "process", "resident_mib_1"),
  row("at rest, 2 workers", "process", "resident_mib_2"),
  row("start to first client", "start", "start_ms"),
  row("new connections, 2 workers / 1", "workers", "http_gain"),
  row("kept-alive, 2 workers / 1", "workers", "kept_gain"),
  row("after 200 000 connections", "growth", "own_mib_end"),
  row("growth from 20 000 on", "growth", "growth_bytes_each"),
];

function row(title: string, measure: string, key: string): Row {
  return { title, measure, key };
}

/** The measures that the table needs, in their order. */
export const README_MEASURES: readonly string[] = [
  ...new Set(ROWS.map(({ measure }) => measure)),
];

/** The results that are kept in the repository. */
export function keptReport(): BenchReport {
  return JSON.parse(Deno.readTextFileSync(KEPT_RESULTS));
}

/**
 * The paragraphs and the table, in Markdown. Figures that were not measured have
 * no row; the columns of another checkout are there when it was measured.
 */
export function readmeBlocks(report: BenchReport): string[] {
  return [conditions(report), versions(report), table(report)];
}

function conditions({ machine, settings }: BenchReport): string {
  const { busy, load } = machine;
  const share = (percent: number) => `${percent.toFixed(1)} %`;
  return [
    `Measured on ${machine.when.slice(0, 10)} on ${machine.cores} cores ` +
    `(${machine.cpu}), Linux ${machine.kernel}, with ` +
    `\`${commandLine(settings)}\`: medians of the rounds, and for ratios the ` +
    `interval of ${
      CONFIDENCE * 100
    } % confidence ("?": too few values for one, or not certain). Load ` +
    `average ${load.before.toFixed(2)} before; other processes used ` +
    `${share(busy.before)} of the processors before and ` +
    `${share(busy.during)} during it, the host of the virtual machine took ` +
    `${share(busy.stolen)}.`,
    ...machine.warnings.map((warning) => `**${warning}.**`),
  ].join(" ");
}

/** The options that say how it was measured, and of what a part. */
function commandLine(settings: BenchReport["settings"]): string {
  const { rounds, seconds, workers, pin, only, baseline } = settings;
  const isWhole = README_MEASURES.every((name) => only.includes(name));
  return [
    `deno task bench --readme --rounds ${rounds} --duration ${seconds}`,
    ...isWhole ? [] : [`--only ${only.join(",")}`],
    ...baseline === null ? [] : ["--baseline DIR"],
    ...workers === 1 ? [] : [`--workers ${workers}`],
    ...pin ? ["--pin"] : [],
  ].join(" ");
}

function versions({ machine, leftOut }: BenchReport): string {
  const items = [
    ...Object.entries(machine.versions).map(([name, text]) =>
      `${name}: ${text.replace(/ - https:.*/, "")}`
    ),
    ...leftOut.map((what) => `left out: ${what}`),
  ];
  return items.map((item) => `- ${item}`).join("\n");
}

function table(report: BenchReport): string {
  const rows = ROWS.flatMap((row) => {
    const figure = figureOf(report, row);
    return figure === undefined ? [] : [{ ...row, figure }];
  });
  const hasBaseline = rows.some(({ figure }) =>
    figure.programs[BASELINE_NAME] !== undefined
  );
  const columns = (cells: readonly string[], more: readonly string[]) =>
    hasBaseline ? [...cells, ...more] : cells;
  return align([
    columns(
      ["Figure", "passthru", "best peer", "passthru / best", "wanted"],
      [`passthru / ${baselineTitle(report)}`, "wanted"],
    ),
    ...rows.map(({ title, figure }) =>
      columns([
        title,
        valueText(figure, PASSTHRU_NAME),
        bestText(figure),
        ratioText(figure, figure.best),
        wantedText(figure, ["best", "value"]),
      ], [
        ratioText(figure, BASELINE_NAME),
        wantedText(figure, ["baseline"]),
      ])
    ),
  ]).trimEnd();
}

function figureOf(
  { measures }: BenchReport,
  { measure, key }: Row,
): FigureReport | undefined {
  const made = measures.find(({ name }) => name === measure);
  const figure = made?.figures.find((figure) => figure.key === key);
  return figure?.programs[PASSTHRU_NAME] === undefined ? undefined : figure;
}

/** The commit of the other checkout, where it is known. */
function baselineTitle({ machine }: BenchReport): string {
  const text = machine.versions[BASELINE_NAME] ?? "";
  return /commit ([0-9a-f]+)/.exec(text)?.[1] ?? BASELINE_NAME;
}

function valueText({ programs, unit }: FigureReport, name: string): string {
  const series = programs[name];
  if (series === undefined) return "–";
  return `${number(series.median)} ${
    unit.replace(/\/(connection|request)$/, "")
  }`;
}

function bestText({ programs, best }: FigureReport): string {
  const series = programs[best ?? ""];
  return series === undefined ? "–" : `${number(series.median)} ${best}`;
}

function ratioText({ ratios }: FigureReport, name: string | null): string {
  const series = ratios[name ?? ""];
  if (series === undefined) return "–";
  const { median, interval } = series;
  return `${number(median)} (${intervalText(interval)})`;
}

function wantedText(
  { targets }: FigureReport,
  kinds: readonly TargetReport["of"][],
): string {
  return targets.filter(({ of }) => kinds.includes(of)).map(
    ({ of, wanted, met, certain }) => {
      const what = of === "value" ? `itself ${wanted}` : wanted;
      if (met === null) return `${what}: ?`;
      return `${what}: ${met ? "met" : "missed"}${certain ? "" : "?"}`;
    },
  ).join(", ");
}
