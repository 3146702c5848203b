/** Memory that an idle connection takes. */
import type { Bench } from "../context.ts";
import type { Measure } from "../figures.ts";
import type { Peer } from "../peers/peer.ts";
import { type Memory, memory } from "../process_tree.ts";
import { inRounds, merged, type Values } from "../rounds.ts";
import { newConnections, whileHolding } from "../tools/load_tool.ts";
import { startWay, type Way } from "../ways.ts";

/** Connections before the first look, so that what is made once is there. */
const WARM_UP_CONNECTIONS = 200;
/** Time for a program to come to rest before a look, in milliseconds. */
const SETTLE_MS = 1_000;

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
      target: { of: "value", most: 4 } as const,
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
          measure: (program) => held(bench, program, connections),
        }),
      );
    }
    return merged(parts);
  },
};

async function held(
  bench: Bench,
  program: Peer,
  connections: number,
): Promise<Values> {
  await using way = await startWay(bench, program);
  await newConnections(bench, way, {
    opening: "http",
    connections: 16,
    seconds: 10,
    count: WARM_UP_CONNECTIONS,
  });
  const before = await atRest(way);
  let after = before;
  await whileHolding(bench, way, {
    connections,
    act: async () => {
      after = await atRest(way);
    },
  });
  const each = (key: keyof Memory) => (after[key] - before[key]) / connections;
  return {
    [`own_kib_${connections}`]: each("ownKib"),
    [`resident_kib_${connections}`]: each("residentKib"),
  };
}

async function atRest({ pid }: Way): Promise<Memory> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return memory(pid!);
}
