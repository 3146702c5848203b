/** New connections a second, and what each costs. */
import type { Bench } from "../context.ts";
import type { Figure, Measure } from "../figures.ts";
import { inRounds, type Values } from "../rounds.ts";
import { newConnections } from "../tools/load_tool.ts";
import { wrk } from "../tools/wrk.ts";
import { startWays, type Way } from "../ways.ts";
import { costed, costFigures, partFigures } from "./costed.ts";

/** Connections at a time. */
const CONNECTIONS = 32;

const HTTP_COST: Figure = {
  key: "http_cpu_us",
  title: "CPU, HTTP",
  unit: "us/connection",
  better: "less",
  targets: [
    { of: "best", most: 1.6 },
    { of: "baseline", most: 0.8 },
  ],
};

const HELLO_COST: Figure = {
  ...HTTP_COST,
  key: "hello_cpu_us",
  title: "CPU, TLS hello",
};

const HTTP_RATE: Figure = {
  key: "http_per_second",
  title: "HTTP",
  unit: "1/s",
  better: "more",
  targets: [
    { of: "best", least: 0.65 },
    { of: "baseline", least: 1.2 },
  ],
};

/** HTTP with a request a connection, and a TLS hello with its answer. */
export const NEW_CONNECTIONS: Measure = {
  name: "conn",
  title: "New connections (wrk with Connection: close; TLS hello and answer)",
  needs: ["wrk", "load"],
  figures: () => [
    HTTP_RATE,
    { ...HTTP_RATE, key: "hello_per_second", title: "TLS hello" },
    HTTP_COST,
    HELLO_COST,
    ...partFigures(HTTP_COST),
    ...partFigures(HELLO_COST),
    {
      key: "http_failed_percent",
      title: "failed, HTTP",
      unit: "%",
      better: "less",
    },
    {
      key: "hello_failed_percent",
      title: "failed, TLS hello",
      unit: "%",
      better: "less",
    },
  ],
  async run(bench) {
    await using ways = await startWays(bench);
    return await inRounds(bench, {
      label: "conn",
      among: ways.all,
      loads: [
        (way, seconds) => http(bench, way, seconds),
        (way, seconds) => hello(bench, way, seconds),
      ],
      warmUp: true,
    });
  },
};

async function http(
  bench: Bench,
  way: Way,
  seconds: number,
): Promise<Values> {
  const { result, cpu } = await costed(
    way,
    () => wrk(bench, way, { connections: CONNECTIONS, seconds, keep: false }),
  );
  const { perSecond, requests, failed } = result;
  return {
    http_per_second: perSecond,
    ...costFigures(HTTP_COST.key, cpu, requests / 1e6),
    http_failed_percent: 100 * failed / (requests + failed),
  };
}

async function hello(
  bench: Bench,
  way: Way,
  seconds: number,
): Promise<Values> {
  const load = { opening: "hello", connections: CONNECTIONS, seconds } as const;
  const { result, cpu } = await costed(
    way,
    () => newConnections(bench, way, load),
  );
  const { exchanges, failed } = result;
  return {
    hello_per_second: exchanges / result.seconds,
    ...costFigures(HELLO_COST.key, cpu, exchanges / 1e6),
    hello_failed_percent: 100 * failed / (exchanges + failed),
  };
}
