/** Latency that a program adds to that of the direct way. */
import type { Bench } from "../context.ts";
import type { Figure, Measure } from "../figures.ts";
import { inRounds, type Measured, type Values } from "../rounds.ts";
import { steadyExchanges } from "../tools/load_tool.ts";
import { startWays, type Way } from "../ways.ts";

const CONNECTIONS = [1, 32];
const PERCENTILES = ["p50", "p99"];
const DIRECT = "direct";

/** One connection, one request after the other; 32 connections at a fixed rate. */
export const LATENCY: Measure = {
  name: "latency",
  title: "Latency of a request on a kept connection",
  needs: ["load"],
  figures: () => [...figuresOf("added"), ...figuresOf("whole")],
  async run(bench) {
    await using ways = await startWays(bench);
    const measured = await inRounds(bench, {
      label: "latency",
      among: ways.all,
      measure: (way, seconds) => latencies(bench, way, seconds),
      warmUp: true,
    });
    return withAdded(measured);
  },
};

async function latencies(
  bench: Bench,
  way: Way,
  seconds: number,
): Promise<Values> {
  const values: Record<string, number> = {};
  for (const connections of CONNECTIONS) {
    const rate = connections === 1 ? 0 : bench.settings.rate;
    const load = { connections, seconds, rate };
    const { p50_us, p99_us } = await steadyExchanges(bench, way, load);
    values[`whole_p50_${connections}_us`] = p50_us;
    values[`whole_p99_${connections}_us`] = p99_us;
  }
  return values;
}

/** Adds, for each round, how much more than on the direct way it was. */
function withAdded(measured: Measured): Measured {
  const direct = measured.rounds.get(DIRECT)!;
  const rounds = [...measured.rounds].map(([name, values]) =>
    [
      name,
      name === DIRECT
        ? values
        : values.map((value, round) => added(value, direct[round]!)),
    ] as const
  );
  return { ...measured, rounds: new Map(rounds) };
}

function added(values: Values | null, direct: Values | null): Values | null {
  if (values === null || direct === null) return values;
  const more = Object.entries(values).map(([key, value]) => [
    key.replace("whole", "added"),
    value - direct[key]!,
  ]);
  return { ...values, ...Object.fromEntries(more) };
}

function figuresOf(kind: "added" | "whole"): Figure[] {
  return CONNECTIONS.flatMap((connections) =>
    PERCENTILES.map((percentile): Figure => {
      const wanted = kind === "added" && percentile === "p99" &&
        connections === 32;
      return {
        key: `${kind}_${percentile}_${connections}_us`,
        title: `${kind} ${percentile}, ${connections} connection${
          connections === 1 ? "" : "s"
        }`,
        unit: "us",
        better: "less",
        ...wanted ? { target: { of: "ratio", most: 1 } } : {},
      };
    })
  );
}
