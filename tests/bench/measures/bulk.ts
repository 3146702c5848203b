/** Bulk: how fast bytes go through, and what they cost. */
import type { Bench } from "../context.ts";
import type { Figure, Measure } from "../figures.ts";
import { startIperf } from "../iperf_server.ts";
import { inRounds, type Values } from "../rounds.ts";
import { iperf3, type IperfOptions } from "../tools/iperf3.ts";
import { startWays, type Way } from "../ways.ts";
import { costed, costFigure } from "./costed.ts";

type Kind = Pick<IperfOptions, "streams" | "direction">;

const LOADS: readonly Kind[] = [
  { streams: 1, direction: "up" },
  { streams: 1, direction: "down" },
  { streams: 8, direction: "up" },
  { streams: 8, direction: "down" },
];

/** iperf3 through each program, its opening routed by the catch-all. */
export const BULK: Measure = {
  name: "bulk",
  title: "Bulk (iperf3)",
  needs: ["iperf3"],
  figures: () => [...LOADS.map(rateFigure), ...LOADS.map(costOf)],
  async run(bench) {
    await using iperf = await startIperf(bench.processes, bench.settings);
    await using ways = await startWays(bench, { rest: iperf.port });
    return await inRounds(bench, {
      label: "bulk",
      among: ways.all.filter(({ rest }) => rest !== null),
      loads: LOADS.map((load) => (way: Way, seconds) =>
        measured(bench, way, { ...load, seconds })
      ),
      warmUp: true,
    });
  },
};

async function measured(
  bench: Bench,
  way: Way,
  load: IperfOptions,
): Promise<Values> {
  const { result, cpu } = await costed(way, () => iperf3(bench, way, load));
  const gigabytes = result.bytes / 1e9;
  return {
    [rateFigure(load).key]: 8 * gigabytes / result.seconds,
    ...costFigure(costOf(load).key, cpu, gigabytes),
  };
}

function rateFigure({ streams, direction }: Kind): Figure {
  return {
    key: `${direction}_${streams}_gbit_per_second`,
    title: `${direction}, ${streams} stream${streams === 1 ? "" : "s"}`,
    unit: "Gbit/s",
    better: "more",
    ...streams === 1 ? { targets: [{ of: "best", least: 1.25 }] } : {},
  };
}

function costOf({ streams, direction }: Kind): Figure {
  return {
    key: `${direction}_${streams}_cpu_seconds_per_gb`,
    title: `CPU, ${direction}, ${streams} stream${streams === 1 ? "" : "s"}`,
    unit: "s/GB",
    better: "less",
    ...streams === 1 ? { targets: [{ of: "best", most: 0.55 }] } : {},
  };
}
