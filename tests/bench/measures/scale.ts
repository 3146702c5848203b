/** Throughput and memory with more and more connections at a time. */
import type { Bench } from "../context.ts";
import type { Measure } from "../figures.ts";
import { memory } from "../process_tree.ts";
import { inRounds, merged, type Values } from "../rounds.ts";
import { steadyExchanges } from "../tools/load_tool.ts";
import { startWays, type Way } from "../ways.ts";

/** Kept-alive requests on 10 to 4 000 connections. */
export const SCALE: Measure = {
  name: "scale",
  title:
    "Scaling with connections (requests on all of them, once they are open)",
  needs: ["load"],
  figures: ({ settings }) => [
    ...settings.crowds.map((count) => ({
      key: `requests_per_second_${count}`,
      title: `requests, ${count} connections`,
      unit: "1/s",
      better: "more" as const,
    })),
    ...settings.crowds.map((count) => ({
      key: `own_mib_${count}`,
      title: `own memory, ${count} connections`,
      unit: "MiB",
      better: "less" as const,
    })),
  ],
  async run(bench) {
    const parts = [];
    for (const crowd of bench.settings.crowds) {
      await using ways = await startWays(bench);
      parts.push(
        await inRounds(bench, {
          label: `scale, ${crowd} connections`,
          among: ways.all,
          loads: [(way, seconds) => crowded(bench, way, { crowd, seconds })],
        }),
      );
    }
    return merged(parts);
  },
};

async function crowded(
  bench: Bench,
  way: Way,
  { crowd, seconds }: { crowd: number; seconds: number },
): Promise<Values> {
  let ownKib: number | null = null;
  const { exchanges, seconds: took } = await steadyExchanges(bench, way, {
    connections: crowd,
    seconds,
    rate: 0,
    halfway() {
      if (way.pid !== null) ownKib = memory(way.pid).ownKib;
    },
  });
  return {
    [`requests_per_second_${crowd}`]: exchanges / took,
    ...ownKib === null ? {} : { [`own_mib_${crowd}`]: ownKib / 1024 },
  };
}
