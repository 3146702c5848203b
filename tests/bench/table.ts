/** The report as tables in Markdown, which are also readable as they are. */
import type {
  BenchReport,
  FigureReport,
  MeasureReport,
  Series,
} from "./report.ts";

/** Most figures beside each other in a table. */
const MOST_COLUMNS = 4;

/** The whole report: medians of the rounds, least and most in brackets. */
export function reportText(report: BenchReport): string {
  const { machine, settings, leftOut, measures } = report;
  const { cores, kernel, cpu, load, versions } = machine;
  return [
    `${machine.when}, ${cores} cores (${cpu}), Linux ${kernel}`,
    `load average ${load.before} before, ${load.after} after`,
    ...Object.entries(versions).map(([name, text]) => `${name}: ${text}`),
    `${settings.rounds} rounds of ${settings.seconds} s a load, ` +
    `${settings.workers} worker${settings.workers === 1 ? "" : "s"} each` +
    `${settings.pin ? ", pinned" : ""}`,
    ...leftOut.map((what) => `left out: ${what}`),
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
      ...figures.map(({ ratios }) => seriesText(ratios[name])),
    ]),
    ...peers.length === 0
      ? []
      : [["passthru / best", ...figures.map(bestText)]],
    ...figures.some(({ target }) => target !== undefined)
      ? [["target", ...figures.map(targetCell)]]
      : [],
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

function bestText({ ratios, best }: FigureReport): string {
  const series = ratios[best ?? ""];
  return series === undefined ? "-" : `${number(series.median)} ${best}`;
}

function targetCell({ target }: FigureReport): string {
  if (target === undefined) return "";
  const { wanted, met } = target;
  return `${wanted}: ${met === null ? "unknown" : met ? "met" : "not met"}`;
}

/** Three digits, at least. */
function number(value: number): string {
  const whole = Math.round(value);
  return Math.abs(whole) >= 100 ? `${whole}` : value.toPrecision(3);
}

/** A table whose columns are as wide as their widest cell. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]!.length))
  );
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const [head, ...body] = rows.map((row) =>
    line(row.map((cell, column) => cell.padEnd(widths[column]!)))
  );
  return head + line(widths.map((width) => "-".repeat(width))) + body.join("");
}
