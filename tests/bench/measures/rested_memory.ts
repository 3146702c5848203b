/** Memory of connections that stay idle. */
import type { Measure } from "../figures.ts";
import { inRounds } from "../rounds.ts";
import { held, WARM_UP_CONNECTIONS } from "./idle_memory.ts";

/**
 * Programs at the same time, since almost all of it is waiting. Each connection
 * takes one of the ports of the kernel's range (some 28 000), and a descriptor of the
 * back end.
 */
const AT_A_TIME = 4;

/**
 * Connections before the first look. With fewer, a runtime compiles what is used
 * often while the connections are opened that are then held, and what its
 * compilers took and keep would count as theirs.
 */
const COMPILED_AFTER = 5_000;

/** What is left of an idle connection when the program has had time to collect. */
export const RESTED_MEMORY: Measure = {
  name: "rest",
  title: "Memory of a connection that stays idle",
  needs: ["load"],
  figures: ({ settings: { restSeconds, held } }) => [{
    key: "own_kib",
    title: `own, ${most(held)} connections, ${restSeconds} s`,
    unit: "KiB each",
    better: "less",
    targets: [
      { of: "value", most: 4 },
      { of: "best", most: 2.5 },
      { of: "baseline", most: 0.65 },
    ],
  }],
  run(bench) {
    const { restSeconds, held: counts, quick } = bench.settings;
    return inRounds(bench, {
      label: "rest",
      among: bench.programs,
      atATime: AT_A_TIME,
      loads: [async (program) => {
        const { ownKib } = await held(bench, program, {
          connections: most(counts),
          warmUp: quick ? WARM_UP_CONNECTIONS : COMPILED_AFTER,
          settleMs: restSeconds * 1_000,
        });
        return { own_kib: ownKib };
      }],
    });
  },
};

function most(counts: readonly number[]): number {
  return Math.max(...counts);
}
