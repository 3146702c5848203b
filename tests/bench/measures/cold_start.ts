/** The time that a program takes to start. */
import type { Measure } from "../figures.ts";
import { inRounds } from "../rounds.ts";
import { startWay } from "../ways.ts";

/** How much more rounds there are than of other measures. */
const STARTS_A_ROUND = 3;

/** From the start of the process to the first client that is answered. */
export const COLD_START: Measure = {
  name: "start",
  title: "Cold start to the first connection served (files in the page cache)",
  needs: [],
  figures: () => [
    {
      key: "start_ms",
      title: "start",
      unit: "ms",
      better: "less",
      targets: [{ of: "baseline", most: 0.6 }],
    },
  ],
  run: (bench) =>
    inRounds(bench, {
      label: "start",
      among: bench.programs,
      // A start is short.
      rounds: STARTS_A_ROUND * bench.settings.rounds,
      loads: [async (program) => {
        await using way = await startWay(bench, program);
        return { start_ms: way.startMs };
      }],
    }),
};
