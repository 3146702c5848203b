/** Memory over many connections, one after the other. */
import type { Bench } from "../context.ts";
import type { Measure } from "../figures.ts";
import type { Peer } from "../peers/peer.ts";
import { memory } from "../process_tree.ts";
import { inRounds, type Values } from "../rounds.ts";
import { slope } from "../statistics.ts";
import { newConnections } from "../tools/load_tool.ts";
import { startWay } from "../ways.ts";

/** Connections at a time. */
const CONNECTIONS = 32;
/** Looks at the memory during a run. */
const LOOKS = 40;
/** Share of the connections after which memory is to have stopped growing. */
const GROWING_SHARE = 0.1;
/**
 * Growth that counts as none, in bytes a connection: less than the smallest object
 * that could be left behind by each.
 */
const MOST_GROWTH_BYTES = 8;
/** Longest time for all connections of a program, in seconds. */
const LIMIT_SECONDS = 1_800;

/** A look: connections so far, and own memory in KiB. */
type Look = readonly [connections: number, ownKib: number];

/** One run a program, whatever the rounds. */
export const MEMORY_GROWTH: Measure = {
  name: "growth",
  title: "Memory over many connections (TLS hello and answer)",
  needs: ["load"],
  figures: ({ settings: { inARow } }) => [
    {
      key: "own_mib_early",
      title: `own after ${GROWING_SHARE * inARow}`,
      unit: "MiB",
      better: "less",
    },
    {
      key: "own_mib_end",
      title: `own after ${inARow}`,
      unit: "MiB",
      better: "less",
    },
    {
      key: "growth_bytes_each",
      title: "growth in between",
      unit: "bytes/connection",
      better: "less",
      targets: [{ of: "value", most: MOST_GROWTH_BYTES }],
    },
  ],
  async run(bench) {
    const series: Record<string, readonly Look[]> = {};
    const measured = await inRounds(bench, {
      label: "growth",
      among: bench.programs,
      rounds: 1,
      loads: [async (program) => {
        const looks = await grow(bench, program);
        series[program.name] = looks;
        return figures(looks, bench.settings.inARow);
      }],
    });
    return { ...measured, series };
  },
};

async function grow(bench: Bench, program: Peer): Promise<readonly Look[]> {
  const { inARow } = bench.settings;
  await using way = await startWay(bench, program);
  const looks: Look[] = [];
  const look = (connections: number) => {
    looks.push([connections, memory(way.pid!).ownKib]);
  };
  const { exchanges } = await newConnections(bench, way, {
    opening: "hello",
    connections: CONNECTIONS,
    seconds: LIMIT_SECONDS,
    count: inARow,
    every: { count: Math.ceil(inARow / LOOKS), at: look },
  });
  if (exchanges < inARow) {
    throw new Error(`${exchanges} of ${inARow} connections were answered`);
  }
  return looks;
}

function figures(looks: readonly Look[], inARow: number): Values {
  const later = looks.filter(([count]) => count >= GROWING_SHARE * inARow);
  return {
    own_mib_early: later[0]![1] / 1024,
    own_mib_end: later.at(-1)![1] / 1024,
    growth_bytes_each: slope(later) * 1_024,
  };
}
