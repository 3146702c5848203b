/** Throughput and memory with more and more connections at a time. */
import type { Bench } from "../context.ts";
import type { Measure } from "../figures.ts";
import { memory } from "../process_tree.ts";
import { inRounds, merged, type Values } from "../rounds.ts";
import { wrk } from "../tools/wrk.ts";
import { startWays, type Way } from "../ways.ts";

/** Share of a load after which the memory is looked at. */
const LOOK_AFTER_SHARE = 0.8;

/** Kept-alive requests on 10 to 4 000 connections. */
export const SCALE: Measure = {
  name: "scale",
  title: "Scaling with connections (wrk, kept-alive requests)",
  needs: ["wrk"],
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
          measure: (way, seconds) => crowded(bench, way, { crowd, seconds }),
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
  const load = wrk(bench, way, { connections: crowd, seconds, keep: true });
  const look = new Promise<number | null>((resolve) => {
    setTimeout(
      () => resolve(way.pid === null ? null : memory(way.pid).ownKib),
      LOOK_AFTER_SHARE * seconds * 1_000,
    );
  });
  const [result, ownKib] = await Promise.all([load, look]);
  return {
    [`requests_per_second_${crowd}`]: result.perSecond,
    ...ownKib === null ? {} : { [`own_mib_${crowd}`]: ownKib / 1024 },
  };
}
