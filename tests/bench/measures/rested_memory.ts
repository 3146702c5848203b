/** Memory of connections that stay idle. */
import type { Measure } from "../figures.ts";
import { inRounds } from "../rounds.ts";
import { held } from "./idle_memory.ts";

/**
 * What is left of an idle connection when the program has had time to collect.
 * Once a program, whatever the rounds.
 */
export const RESTED_MEMORY: Measure = {
  name: "rest",
  title: "Memory of a connection that stays idle",
  needs: ["load"],
  figures: ({ settings: { restSeconds, held } }) => [{
    key: "own_kib",
    title: `own, ${most(held)} connections, ${restSeconds} s`,
    unit: "KiB each",
    better: "less",
    target: { of: "value", most: 4 },
  }],
  run(bench) {
    const { restSeconds, held: counts } = bench.settings;
    return inRounds(bench, {
      label: "rest",
      among: bench.programs,
      rounds: 1,
      measure: async (program) => {
        const { ownKib } = await held(bench, program, {
          connections: most(counts),
          settleMs: restSeconds * 1_000,
        });
        return { own_kib: ownKib };
      },
    });
  },
};

function most(counts: readonly number[]): number {
  return Math.max(...counts);
}
