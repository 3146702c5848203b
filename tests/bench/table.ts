/** The report as tables in Markdown, which are also readable as they are. */
import type {
  BenchReport,
  FigureReport,
  MeasureReport,
  RatioSeries,
  Series,
  TargetReport,
} from "./report.ts";
import { CONFIDENCE, type Interval } from "./statistics.ts";

const LEGEND = `programs: median (least to most) of the rounds
ratios: median of the rounds' ratios [its interval, confidence ${CONFIDENCE}; "?": fewer than 6 rounds]`;

/** Most figures beside each other in a table. */
const MOST_COLUMNS = 4;

/**
 * The whole report: medians of the rounds, with least and most; of ratios with
 * the confidence interval of the median.
 */
export function reportText(report: BenchReport): string {
  const { machine, settings, leftOut, measures } = report;
  const { cores, kernel, cpu, load, busy, versions } = machine;
  return [
    `${machine.when}, ${cores} cores (${cpu}), Linux ${kernel}`,
    `load average ${load.before.toFixed(2)} before, ${
      load.after.toFixed(2)
    } after`,
    `other processes: ${busy.before.toFixed(1)} % of the processors before, ${
      busy.during.toFixed(1)
    } % during; stolen by the host: ${busy.stolen.toFixed(1)} %`,
    ...machine.warnings,
    ...Object.entries(versions).map(([name, text]) => `${name}: ${text}`),
    `${settings.rounds} rounds of ${settings.seconds} s a load ` +
    `(order: seed ${settings.seed}), ` +
    `${settings.workers} worker${settings.workers === 1 ? "" : "s"} each` +
    `${settings.pin ? ", pinned" : ""}`,
    ...leftOut.map((what) => `left out: ${what}`),
    LEGEND,
    ...measures.map(measureText),
  ].join("\n");
}

function measureText({ title, figures, notes }: MeasureReport): string {
  const count = Math.ceil(figures.length / MOST_COLUMNS);
  const columns = Math.ceil(figures.length / count);
  const tables = [];
  for (let at = 0; at < figures.length; at += columns) {
    tables.push(tableText(figures.slice(at, at + columns)));
  }
  const remarks = notes.map((note) => `- ${note}\n`).join("");
  return `\n## ${title}\n\n${tables.join("\n")}${remarks && `\n${remarks}`}`;
}

function tableText(figures: readonly FigureReport[]): string {
  const programs = namesIn(figures, ({ programs }) => programs);
  const peers = namesIn(figures, ({ ratios }) => ratios);
  const rows = [
    ["", ...figures.map(({ title, unit }) => `${title} (${unit})`)],
    ...programs.map((name) => [
      name,
      ...figures.map(({ programs }) => seriesText(programs[name])),
    ]),
    ...peers.map((name) => [
      `passthru / ${name}`,
      ...figures.map(({ ratios }) => ratioText(ratios[name])),
    ]),
    ...figures.every(({ best }) => best === null)
      ? []
      : [["passthru / best", ...figures.map(bestText)]],
    ...targetRows(figures),
  ];
  return align(rows);
}

function namesIn(
  figures: readonly FigureReport[],
  part: (figure: FigureReport) => Readonly<Record<string, unknown>>,
): readonly string[] {
  return [...new Set(figures.flatMap((figure) => Object.keys(part(figure))))];
}

function seriesText(series: Series | undefined): string {
  if (series === undefined) return "-";
  const { median, min, max } = series;
  return `${number(median)} (${number(min)} to ${number(max)})`;
}

function ratioText(series: RatioSeries | undefined): string {
  if (series === undefined) return "-";
  const { median, interval } = series;
  return `${number(median)} [${intervalText(interval)}]`;
}

/** The ends of an interval, `?` where there is none. */
export function intervalText(interval: Interval | null): string {
  if (interval === null) return "?";
  return `${number(interval.low)} to ${number(interval.high)}`;
}

function bestText({ ratios, best }: FigureReport): string {
  const series = ratios[best ?? ""];
  return series === undefined ? "-" : `${ratioText(series)} ${best}`;
}

/** A row for each thing of which anything is wanted. */
function targetRows(
  figures: readonly FigureReport[],
): readonly (readonly string[])[] {
  const kinds = new Set(
    figures.flatMap(({ targets }) => targets.map(({ of }) => of)),
  );
  return [...kinds].map((kind) => [
    kind === "value" ? "wanted" : `wanted of ${kind}`,
    ...figures.map(({ targets }) =>
      targets.filter(({ of }) => of === kind).map(targetText).join("")
    ),
  ]);
}

function targetText({ wanted, met, certain }: TargetReport): string {
  if (met === null) return `${wanted}: unknown`;
  const doubt = certain ? "" : ", not certain";
  return `${wanted}: ${met ? "met" : "not met"}${doubt}`;
}

/** Three digits, at least. */
export function number(value: number): string {
  const whole = Math.round(value);
  return Math.abs(whole) >= 100 ? `${whole}` : value.toPrecision(3);
}

/** A table whose columns are as wide as their widest cell. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]!.length))
  );
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const [head, ...body] = rows.map((row) =>
    line(row.map((cell, column) => cell.padEnd(widths[column]!)))
  );
  return head + line(widths.map((width) => "-".repeat(width))) + body.join("");
}
