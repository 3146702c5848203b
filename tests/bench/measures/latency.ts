/** Latency that a program adds to that of the direct way. */
import type { Bench } from "../context.ts";
import type { Figure, Measure, Target } from "../figures.ts";
import { inRounds, type Measured, type Values } from "../rounds.ts";
import { steadyExchanges } from "../tools/load_tool.ts";
import { startWays, type Way } from "../ways.ts";

const CONNECTIONS = [1, 32];
const PERCENTILES = ["p50", "p99"];
const DIRECT = "direct";

/**
 * How late the load tool itself was, which is not part of a latency: far less than
 * what is measured, or the load was not what it is meant to be.
 */
const LATENESS: Figure = {
  key: "lateness_p99_us",
  title: "p99 of the load's own delay",
  unit: "us",
  better: "less",
};

/** What is wanted of what is added to many connections. */
const TARGETS: Readonly<Record<string, readonly Target[]>> = {
  p50: [{ of: "best", most: 1.3 }, { of: "baseline", most: 0.7 }],
  p99: [{ of: "best", most: 1.3 }, { of: "baseline", most: 0.7 }],
};

/** One connection, one request after the other; 32 connections at a fixed rate. */
export const LATENCY: Measure = {
  name: "latency",
  title: "Latency of a request on a kept connection",
  needs: ["load"],
  figures: () => [...figuresOf("added"), ...figuresOf("whole"), LATENESS],
  async run(bench) {
    await using ways = await startWays(bench);
    const measured = await inRounds(bench, {
      label: "latency",
      among: ways.all,
      loads: CONNECTIONS.map((connections) => (way: Way, seconds) =>
        latencies(bench, way, { connections, seconds })
      ),
      warmUp: true,
    });
    return withAdded(measured);
  },
};

async function latencies(
  bench: Bench,
  way: Way,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Values> {
  const rate = connections === 1 ? 0 : bench.settings.rate;
  const load = { connections, seconds, rate };
  const result = await steadyExchanges(bench, way, load);
  return {
    [`whole_p50_${connections}_us`]: result.p50_us,
    [`whole_p99_${connections}_us`]: result.p99_us,
    ...rate === 0 ? {} : { [LATENESS.key]: result.late_p99_us },
  };
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
  const whole = Object.entries(values).filter(([key]) =>
    key.startsWith("whole") && key in direct
  );
  const more = whole.map(([key, value]) => [
    key.replace("whole", "added"),
    value - direct[key]!,
  ]);
  return { ...values, ...Object.fromEntries(more) };
}

function figuresOf(kind: "added" | "whole"): Figure[] {
  return CONNECTIONS.flatMap((connections) =>
    PERCENTILES.map((percentile): Figure => {
      const wanted = kind === "added" && connections > 1;
      return {
        key: `${kind}_${percentile}_${connections}_us`,
        title: `${kind} ${percentile}, ${connections} connection${
          connections === 1 ? "" : "s"
        }`,
        unit: "us",
        better: "less",
        ...wanted ? { targets: TARGETS[percentile]! } : {},
      };
    })
  );
}
