/** The time that a connection takes when a server has more and more rules. */
import type { Bench } from "../context.ts";
import type { Measure } from "../figures.ts";
import { benchHosts } from "../openings.ts";
import { isPassthru } from "../peers/passthru.ts";
import { inRounds, type Values } from "../rounds.ts";
import { newConnections } from "../tools/load_tool.ts";
import { startWay, type Way } from "../ways.ts";
import { costed, costFigure } from "./costed.ts";

/** passthru alone, one connection after the other, the last rule hit. */
export const SNI_RULES: Measure = {
  name: "rules",
  title: "A TLS connection by the count of SNI rules (one at a time)",
  needs: ["load"],
  figures: ({ settings: { rules } }) => [
    ...rules.map((count) => ({
      key: `connection_us_${count}`,
      title: `time, ${count} rule${count === 1 ? "" : "s"}`,
      unit: "us",
      better: "less" as const,
    })),
    ...rules.map((count) => ({
      key: `cpu_us_${count}`,
      title: `CPU, ${count} rule${count === 1 ? "" : "s"}`,
      unit: "us",
      better: "less" as const,
    })),
  ],
  async run(bench) {
    await using stack = new AsyncDisposableStack();
    const among: Ruled[] = [];
    for (const program of bench.programs.filter(isPassthru)) {
      const ways = new Map<number, Way>();
      for (const count of bench.settings.rules) {
        const moreHosts = benchHosts(count - 1);
        const way = await startWay(bench, program, { moreHosts });
        ways.set(count, stack.use(way));
      }
      among.push({ name: program.name, ways });
    }
    return await inRounds(bench, {
      label: "rules",
      among,
      loads: [({ ways }, seconds) => connect(bench, ways, seconds)],
      warmUp: true,
    });
  },
};

/** One program with more and more rules. */
interface Ruled {
  readonly name: string;
  readonly ways: ReadonlyMap<number, Way>;
}

async function connect(
  bench: Bench,
  ways: ReadonlyMap<number, Way>,
  seconds: number,
): Promise<Values> {
  const values: Record<string, number> = {};
  for (const [count, way] of ways) {
    const load = { opening: "hello", connections: 1, seconds } as const;
    const { result, cpu } = await costed(
      way,
      () => newConnections(bench, way, load),
    );
    values[`connection_us_${count}`] = result.p50_us;
    Object.assign(
      values,
      costFigure(`cpu_us_${count}`, cpu, result.exchanges / 1e6),
    );
  }
  return values;
}
