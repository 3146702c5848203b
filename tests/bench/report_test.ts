import { assertEquals } from "@std/assert";
import type { Figure, Target } from "./figures.ts";
import { measureReport } from "./report.ts";

const MEASURE = { name: "m", title: "M" };

/** The report on one figure, from the values of each program by round. */
function reportOn(
  programs: Record<string, number[]>,
  figure: Partial<Figure> = {},
) {
  const rounds = new Map(
    Object.entries(programs).map(([name, values]) => [
      name,
      values.map((value) => ({ f: value })),
    ]),
  );
  const { figures } = measureReport(
    MEASURE,
    [{ key: "f", title: "F", unit: "1/s", better: "more", ...figure }],
    { rounds, notes: [] },
  );
  return figures[0]!;
}

Deno.test("the best peer is neither passthru, nor another checkout, nor the direct way", () => {
  const programs = {
    direct: [100],
    passthru: [90],
    baseline: [80],
    nginx: [30],
    haproxy: [40],
  };
  assertEquals(reportOn(programs).best, "haproxy");
  assertEquals(reportOn(programs, { better: "less" }).best, "nginx");
});

Deno.test("the ratio to a peer is the median of the ratios of the rounds", () => {
  // Noise that halves both values of a round leaves its ratio as it is.
  const { ratios } = reportOn({ passthru: [10, 5, 12], nginx: [5, 2.5, 4] });
  assertEquals(ratios.nginx!.median, 2);
  assertEquals(ratios.nginx!.rounds, [2, 2, 3]);
});

Deno.test("a target is met, missed or unknown", () => {
  const most: Target = { of: "value", most: 4 };
  const least: Target = { of: "ratio", least: 1.5 };
  const met = (programs: Record<string, number[]>, target: Target) =>
    reportOn(programs, { target }).target!.met;
  assertEquals(met({ passthru: [4] }, most), true);
  assertEquals(met({ passthru: [5] }, most), false);
  assertEquals(met({ passthru: [3], nginx: [2] }, least), true);
  assertEquals(met({ passthru: [2], nginx: [2] }, least), false);
  assertEquals(met({ passthru: [3] }, least), null);
});
