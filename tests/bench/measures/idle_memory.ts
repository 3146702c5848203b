/** Memory that an idle connection takes. */
import { delay } from "@std/async/delay";
import type { Bench } from "../context.ts";
import type { Measure } from "../figures.ts";
import type { Peer } from "../peers/peer.ts";
import { type Memory, memory } from "../process_tree.ts";
import { inRounds, merged } from "../rounds.ts";
import { newConnections, whileHolding } from "../tools/load_tool.ts";
import { startWay } from "../ways.ts";

/** Connections before the first look, so that what is made once is there. */
export const WARM_UP_CONNECTIONS = 200;
/** Time for a program to come to rest before a look, in milliseconds. */
const SETTLE_MS = 1_000;
const QUICK_SETTLE_MS = 100;

/** Memory before and after connections, in a new process each time. */
export const IDLE_MEMORY: Measure = {
  name: "memory",
  title: "Memory of an idle connection, after one exchange",
  needs: ["load"],
  figures: ({ settings }) => [
    ...settings.held.map((count) => ({
      key: `own_kib_${count}`,
      title: `own, ${count} connections`,
      unit: "KiB each",
      better: "less" as const,
      targets: [{ of: "value", most: 4 } as const],
    })),
    ...settings.held.map((count) => ({
      key: `resident_kib_${count}`,
      title: `resident, ${count} connections`,
      unit: "KiB each",
      better: "less" as const,
    })),
  ],
  async run(bench) {
    const parts = [];
    for (const connections of bench.settings.held) {
      parts.push(
        await inRounds(bench, {
          label: `memory, ${connections} connections`,
          among: bench.programs,
          loads: [async (program) => {
            const memory = await held(bench, program, {
              connections,
              warmUp: WARM_UP_CONNECTIONS,
              settleMs: bench.settings.quick ? QUICK_SETTLE_MS : SETTLE_MS,
            });
            return {
              [`own_kib_${connections}`]: memory.ownKib,
              [`resident_kib_${connections}`]: memory.residentKib,
            };
          }],
        }),
      );
    }
    return merged(parts);
  },
};

/**
 * Memory for each connection, in a new process.
 *
 * @param options.warmUp Connections before the first look, 16 at a time.
 * @param options.settleMs Time for the program to come to rest before each look,
 * without the connections and with them.
 */
export async function held(
  bench: Bench,
  program: Peer,
  { connections, warmUp, settleMs }: {
    readonly connections: number;
    readonly warmUp: number;
    readonly settleMs: number;
  },
): Promise<Pick<Memory, "ownKib" | "residentKib">> {
  await using way = await startWay(bench, program);
  await newConnections(bench, way, {
    opening: "http",
    connections: 16,
    seconds: 10,
    count: warmUp,
  });
  const look = async () => {
    await delay(settleMs);
    return memory(way.pid!);
  };
  const before = await look();
  let after = before;
  await whileHolding(bench, way, {
    connections,
    act: async () => {
      after = await look();
    },
  });
  return {
    ownKib: (after.ownKib - before.ownKib) / connections,
    residentKib: (after.residentKib - before.residentKib) / connections,
  };
}
