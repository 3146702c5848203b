import { assertMatch, assertStringIncludes } from "@std/assert";
import type { Figure } from "./figures.ts";
import { parseOptions } from "./options.ts";
import { measureReport } from "./report.ts";
import { reportText } from "./table.ts";

const FIGURE: Figure = {
  key: "f",
  title: "rate",
  unit: "1/s",
  better: "more",
  targets: [{ of: "best", least: 2 }, { of: "baseline", least: 1.2 }],
};

/** The table of one figure, from the values of each program by round. */
function table(programs: Record<string, number[]>, warnings: string[] = []) {
  const rounds = new Map(
    Object.entries(programs).map(([name, values]) => [
      name,
      values.map((value) => ({ f: value })),
    ]),
  );
  const measure = { name: "m", title: "M" };
  return reportText({
    machine: {
      when: "2026-01-02T03:04:05.000Z",
      cores: 2,
      cpu: "Fast Processor, family 6 model 1 stepping 2",
      kernel: "6.1.0",
      load: { before: 0.25, after: 1.5 },
      busy: { before: 1, during: 2, stolen: 0.25 },
      warnings,
      versions: { passthru: "deno 2" },
    },
    settings: parseOptions(["--seed", "7"])!,
    leftOut: [],
    measures: [measureReport(measure, [FIGURE], { rounds, notes: [] })],
  });
}

Deno.test("the report says on what it was measured, and whether that was quiet", () => {
  const text = table({ passthru: [1] }, ["The machine is not quiet: it hums"]);
  assertStringIncludes(
    text,
    "2 cores (Fast Processor, family 6 model 1 stepping 2), Linux 6.1.0\n" +
      "load average 0.25 before, 1.50 after\n" +
      "other processes: 1.0 % of the processors before, 2.0 % during; " +
      "stolen by the host: 0.3 %\n" +
      "The machine is not quiet: it hums\n",
  );
  assertStringIncludes(text, "(order: seed 7)");
});

Deno.test("a ratio is shown with its interval, and a target with whether it is certain", () => {
  const text = table({
    passthru: [20, 21, 22, 23, 24, 25],
    baseline: [10, 10, 10, 20, 20, 20],
    nginx: [10, 10, 10, 10, 10, 10],
  });
  assertMatch(text, /passthru \/ nginx +\| 2\.25 \[2\.00 to 2\.50\] +\|/);
  assertMatch(text, /passthru \/ best +\| 2\.25 \[2\.00 to 2\.50\] nginx +\|/);
  assertMatch(text, /wanted of best +\| >= 2: met +\|/);
  assertMatch(text, /wanted of baseline +\| >= 1\.2: met, not certain +\|/);
});

Deno.test("a ratio of too few rounds has no interval", () => {
  const text = table({ passthru: [3, 4], nginx: [1, 1] });
  assertMatch(text, /passthru \/ nginx +\| 3\.50 \[\?\] +\|/);
});
