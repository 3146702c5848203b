/** A score as a table, for people. */
import type { Detection } from "./detection.ts";
import { STREAMS } from "./identify_flow.ts";
import type { FactScore, Oddity, ProtocolScore, Score } from "./score.ts";

/** The names of the columns. */
export const COLUMNS = [
  "Protocol",
  "Flows",
  "Recall",
  "Precision",
  "Wrong",
  "Broken",
  "Exact facts",
] as const;

/** One row a protocol, then the totals; the cells in the order of the columns. */
export function tableRows({ protocols, facts }: Score): string[][] {
  const all: ProtocolScore = {
    protocol: "all",
    flows: sum(protocols, "flows"),
    matched: sum(protocols, "matched"),
    broken: sum(protocols, "broken"),
    right: sum(protocols, "right"),
    wrong: sum(protocols, "wrong"),
  };
  return [...protocols, all].map((score) => [
    score.protocol,
    String(score.flows),
    share(score.matched + score.broken, score.flows),
    share(score.right, score.right + score.wrong),
    String(score.wrong),
    String(score.broken),
    exactness(facts.filter(({ protocol }) => protocol === score.protocol)),
  ]);
}

/** A score as lines of text. */
export function scoreText(
  score: Score,
  { flows }: Pick<Detection, "flows"> = STREAMS,
): string {
  const rows = [[...COLUMNS], ...tableRows(score)];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]!.length))
  );
  const table = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()
  );
  const { length: wrong } = score.wrong;
  return [
    ...table,
    "",
    `${flows.padEnd(30)}${score.flows}`,
    `label not in doubt            ${score.unambiguous}`,
    `wrong protocol named          ${wrong} (${
      share(wrong, score.unambiguous)
    })`,
    `named, though nobody else did ${score.unlabelled.length}`,
    `differ by how they come       ${score.differences.length}`,
    ...details("Missed", score.missed.map(oddityText)),
    ...details("Named, but broken", score.broken.map(oddityText)),
    ...details("Wrong", score.wrong.map(oddityText)),
    ...details(
      "Named, though nobody else did",
      score.unlabelled.map(oddityText),
    ),
    ...details("Facts that are not exact", score.inexact),
    ...details("Differ by how they come", score.differences),
  ].join("\n") + "\n";
}

/** A share in per cent, rounded down, so that only all is 100 %. */
export function share(part: number, whole: number): string {
  if (whole === 0) return "-";
  return `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;
}

function exactness(facts: readonly FactScore[]): string {
  return facts.map(({ fact, exact, flows }) => `${fact} ${share(exact, flows)}`)
    .join(", ");
}

function sum(
  scores: readonly ProtocolScore[],
  field: Exclude<keyof ProtocolScore, "protocol">,
): number {
  return scores.reduce((total, score) => total + score[field], 0);
}

function details(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines.map(indent)];
}

function indent(line: string): string {
  return `  ${line}`;
}

function oddityText({ id, label, name, broken }: Oddity): string {
  const found = name ?? "nothing";
  const why = broken === null ? "" : `: ${broken}`;
  return `${id} (${label ?? "no label"}, named ${found}${why})`;
}
