import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Bench } from "./context.ts";
import { MEASURES } from "./measures/all.ts";
import { parseOptions } from "./options.ts";
import { jsonText, outputText } from "./output.ts";
import { readmeBlocks, ROWS } from "./readme_table.ts";
import { type BenchReport, measureReport } from "./report.ts";

/** A bench of which only the settings are there. */
const BENCH = { settings: parseOptions([])! } as Bench;

/** Results of one measure: for each program, the values of each round. */
function report(
  programs: Record<string, number[]>,
  warnings: string[] = [],
): BenchReport {
  const { measure, key } = ROWS.find(({ key }) => key === "http_per_second")!;
  const made = MEASURES.find(({ name }) => name === measure)!;
  const rounds = new Map(
    Object.entries(programs).map(([name, values]) => [
      name,
      values.map((value) => ({ [key]: value })),
    ]),
  );
  return {
    machine: {
      when: "2026-01-02T03:04:05.000Z",
      cores: 2,
      cpu: "Fast Processor",
      kernel: "6.1.0",
      load: { before: 0.25, after: 1.5 },
      busy: { before: 1, during: 2, stolen: 0 },
      warnings,
      versions: { passthru: "deno 2", baseline: "commit abc1234, deno 2" },
    },
    settings: { ...BENCH.settings, rounds: 10, only: ["conn"] },
    leftOut: ["sslh-ev: not installed"],
    measures: [
      measureReport(made, made.figures(BENCH), { rounds, notes: [] }),
    ],
  };
}

/** Cells of each line of the table. */
function cells(report: BenchReport): string[][] {
  const table = readmeBlocks(report).at(-1)!;
  return table.split("\n").map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
}

Deno.test("every row of the table is a figure of a measure", () => {
  for (const { measure, key } of ROWS) {
    const made = MEASURES.find(({ name }) => name === measure);
    assert(made !== undefined, measure);
    const keys = made.figures(BENCH).map(({ key }) => key);
    assert(keys.includes(key), `${measure}: "${key}" is none of ${keys}`);
  }
});

Deno.test("a row shows the figure, the best peer, both ratios and what is wanted", () => {
  const passthru = [80, 81, 82, 83, 84, 85];
  const same = (value: number) => passthru.map(() => value);
  const programs = {
    passthru,
    nginx: same(100),
    haproxy: same(50),
    baseline: same(80),
  };
  const [head, , ...rows] = cells(report(programs));
  assertEquals(head, [
    ...["Figure", "passthru", "best peer", "passthru / best", "wanted"],
    ...["passthru / abc1234", "wanted"],
  ]);
  assertEquals(rows, [[
    ...["new connections, HTTP", "82.5 1/s", "100 nginx"],
    ...["0.825 (0.800 to 0.850)", ">= 0.65: met"],
    ...["1.03 (1.00 to 1.06)", ">= 1.2: missed"],
  ]]);
});

Deno.test("without another checkout there are no columns for it, without rounds enough no certainty", () => {
  const [head, , row] = cells(
    report({ passthru: [120, 130], nginx: [100, 100] }),
  );
  assertEquals(head!.length, 5);
  assertEquals(row!.slice(3), ["1.25 (?)", ">= 0.65: met?"]);
});

Deno.test("the paragraphs name the machine, its noise, the command and the programs", () => {
  const noise = "The machine is not quiet: it hums";
  const [text, list] = readmeBlocks(report({ passthru: [1] }, [noise]));
  for (
    const part of [
      "2026-01-02 on 2 cores (Fast Processor), Linux 6.1.0",
      "`deno task bench --readme --rounds 10 --duration 3 --only conn`",
      "1.0 % of the processors before and 2.0 % during",
      `**${noise}.**`,
    ]
  ) assertStringIncludes(text!, part);
  assertStringIncludes(list!, "- baseline: commit abc1234, deno 2\n");
  assertStringIncludes(list!, "- left out: sslh-ev: not installed");
});

Deno.test("figures that were written as JSON give the same text", () => {
  const before = report({ passthru: [1 / 3, 2 / 3], nginx: [0.1, 0.1] });
  const text = jsonText(before);
  assertStringIncludes(text, '"rounds": [ 0.333333, 0.666667 ]');
  const after: BenchReport = JSON.parse(text);
  for (const args of [[], ["--readme"]]) {
    const settings = parseOptions(args)!;
    assertEquals(outputText(after, settings), outputText(before, settings));
  }
});
