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

Deno.test("there is a ratio to the other checkout, and none to the direct way or to itself", () => {
  const programs = { direct: [9], passthru: [6], baseline: [4], nginx: [3] };
  const { ratios } = reportOn(programs);
  assertEquals(Object.keys(ratios), ["baseline", "nginx"]);
  assertEquals(ratios.baseline!.median, 1.5);
});

Deno.test("a ratio has an interval when there are rounds enough for one", () => {
  const passthru = [1, 2, 3, 4, 5, 6];
  const nginx = [1, 1, 1, 1, 1, 1];
  const { low, high } = reportOn({ passthru, nginx }).ratios.nginx!.interval!;
  assertEquals([low, high], [1, 6]);
  const few = reportOn({ passthru: passthru.slice(1), nginx: nginx.slice(1) });
  assertEquals(few.ratios.nginx!.interval, null);
});

Deno.test("a target is met, missed or unknown", () => {
  const most: Target = { of: "value", most: 4 };
  const least: Target = { of: "best", least: 1.5 };
  const before: Target = { of: "baseline", most: 0.8 };
  const met = (programs: Record<string, number[]>, target: Target) =>
    reportOn(programs, { targets: [target] }).targets[0]!.met;
  assertEquals(met({ passthru: [4] }, most), true);
  assertEquals(met({ passthru: [5] }, most), false);
  assertEquals(met({ passthru: [3], nginx: [2] }, least), true);
  assertEquals(met({ passthru: [2], nginx: [2] }, least), false);
  assertEquals(met({ passthru: [3] }, least), null);
  assertEquals(met({ passthru: [3], nginx: [1], baseline: [4] }, before), true);
  assertEquals(
    met({ passthru: [4], nginx: [8], baseline: [4] }, before),
    false,
  );
});

Deno.test("a target is met for certain only when the whole interval is as wanted", () => {
  const nginx = Array(6).fill(1);
  const certain = (passthru: number[]) => {
    const targets: Target[] = [{ of: "best", most: 4 }];
    const { met, certain } = reportOn({ passthru, nginx }, { targets })
      .targets[0]!;
    return [met, certain];
  };
  assertEquals(certain([1, 2, 2, 3, 3, 4]), [true, true]);
  assertEquals(certain([1, 2, 2, 3, 3, 5]), [true, false]);
  assertEquals(certain([3, 5, 5, 6, 6, 7]), [false, false]);
  assertEquals(certain([5, 5, 5, 6, 6, 7]), [false, true]);
});
