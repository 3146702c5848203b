/** What clients that do harm cost those that do not. */
import type { Bench } from "../context.ts";
import type { Figure, Measure } from "../figures.ts";
import { inRounds, type Values } from "../rounds.ts";
import { LEAVINGS, whileFlooding } from "../tools/load_tool.ts";
import { startWays, type Way } from "../ways.ts";
import { costed, costFigure } from "./costed.ts";

/** 1 000 clients a second, which come together. */
const BURST = 250;
const EVERY_SECONDS = 0.25;
/** Pause between the requests of who wants an answer. */
const PAUSE_SECONDS = 0.02;
/** Longest median that is acceptable, in milliseconds. */
const MOST_MS = 15;
/** When the tool gives up: what nobody was answered in is no less. */
const GIVEN_UP_MS = 3_000;

type Leaving = typeof LEAVINGS[number];

const TITLES: Readonly<Record<Leaving, string>> = {
  reset: "reset at once",
  close: "closed at once",
  ask: "reset after a request",
};

/**
 * Bursts of clients that connect and leave at once, and beside them one that asks
 * on a new connection, waits for the answer, and asks again.
 */
export const FLOODS: Measure = {
  name: "floods",
  title: "A new connection's answer while 1 000 clients a second leave at once",
  needs: ["load"],
  figures: () => LEAVINGS.flatMap(figuresOf),
  async run(bench) {
    await using ways = await startWays(bench);
    return await inRounds(bench, {
      label: "floods",
      among: ways.all,
      loads: LEAVINGS.map((leaving) => (way: Way, seconds) =>
        flooded(bench, way, { leaving, seconds })
      ),
    });
  },
};

async function flooded(
  bench: Bench,
  way: Way,
  { leaving, seconds }: { leaving: Leaving; seconds: number },
): Promise<Values> {
  const { result, cpu } = await costed(way, () =>
    whileFlooding(bench, way, {
      leaving,
      burst: BURST,
      everySeconds: EVERY_SECONDS,
      seconds,
      pauseSeconds: PAUSE_SECONDS,
    }));
  const { visits, flood } = result;
  const nobody = visits.exchanges === 0;
  const all = visits.exchanges + flood.exchanges;
  return {
    [`${leaving}_p50_ms`]: nobody ? GIVEN_UP_MS : visits.p50_us / 1e3,
    [`${leaving}_p99_ms`]: nobody ? GIVEN_UP_MS : visits.p99_us / 1e3,
    [`${leaving}_failed_percent`]: 100 * visits.failed /
      (visits.exchanges + visits.failed),
    ...costFigure(`${leaving}_cpu_us`, cpu, all / 1e6),
  };
}

function figuresOf(leaving: Leaving): Figure[] {
  const better = "less";
  const title = TITLES[leaving];
  return [
    {
      key: `${leaving}_p50_ms`,
      title: `p50, ${title}`,
      unit: "ms",
      better,
      targets: [{ of: "value", most: MOST_MS }],
    },
    { key: `${leaving}_p99_ms`, title: `p99, ${title}`, unit: "ms", better },
    {
      key: `${leaving}_failed_percent`,
      title: `failed, ${title}`,
      unit: "%",
      better,
      targets: [{ of: "value", most: 0 }],
    },
    {
      key: `${leaving}_cpu_us`,
      title: `CPU, ${title}`,
      unit: "us/connection",
      better,
    },
  ];
}
