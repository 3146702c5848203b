/** Small requests on connections that are kept. */
import type { Bench } from "../context.ts";
import type { Measure } from "../figures.ts";
import { inRounds, type Values } from "../rounds.ts";
import { wrk } from "../tools/wrk.ts";
import { startWays, type Way } from "../ways.ts";
import { costed, costFigure } from "./costed.ts";

/** Connections at a time. */
const CONNECTIONS = 32;

/** As many as there can be. */
export const KEPT_ALIVE: Measure = {
  name: "kept",
  title: `Kept-alive requests (wrk, ${CONNECTIONS} connections)`,
  needs: ["wrk"],
  figures: () => [
    {
      key: "requests_per_second",
      title: "requests",
      unit: "1/s",
      better: "more",
      targets: [{ of: "best", least: 1.1 }],
    },
    { key: "cpu_us", title: "CPU", unit: "us/request", better: "less" },
    {
      key: "full_load_p99_us",
      title: "p99 at full load",
      unit: "us",
      better: "less",
      targets: [{ of: "best", most: 1.5 }, { of: "baseline", most: 0.6 }],
    },
  ],
  async run(bench) {
    await using ways = await startWays(bench);
    return await inRounds(bench, {
      label: "kept",
      among: ways.all,
      loads: [(way, seconds) => requests(bench, way, seconds)],
      warmUp: true,
    });
  },
};

async function requests(
  bench: Bench,
  way: Way,
  seconds: number,
): Promise<Values> {
  const { result, cpu } = await costed(
    way,
    () => wrk(bench, way, { connections: CONNECTIONS, seconds, keep: true }),
  );
  return {
    requests_per_second: result.perSecond,
    ...costFigure("cpu_us", cpu, result.requests / 1e6),
    full_load_p99_us: result.p99Us,
  };
}
