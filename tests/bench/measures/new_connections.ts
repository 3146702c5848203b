/** New connections a second, and what each costs. */
import type { Bench } from "../context.ts";
import type { Measure } from "../figures.ts";
import { inRounds, type Values } from "../rounds.ts";
import { newConnections } from "../tools/load_tool.ts";
import { wrk } from "../tools/wrk.ts";
import { startWays, type Way } from "../ways.ts";
import { costed, costFigure } from "./costed.ts";

/** Connections at a time. */
const CONNECTIONS = 32;

/** HTTP with a request a connection, and a TLS hello with its answer. */
export const NEW_CONNECTIONS: Measure = {
  name: "conn",
  title: "New connections (wrk with Connection: close; TLS hello and answer)",
  needs: ["wrk", "load"],
  figures: () => [
    {
      key: "http_per_second",
      title: "HTTP",
      unit: "1/s",
      better: "more",
      target: { of: "ratio", least: 1 },
    },
    {
      key: "hello_per_second",
      title: "TLS hello",
      unit: "1/s",
      better: "more",
      target: { of: "ratio", least: 1 },
    },
    {
      key: "http_cpu_us",
      title: "CPU, HTTP",
      unit: "us/connection",
      better: "less",
    },
    {
      key: "hello_cpu_us",
      title: "CPU, TLS hello",
      unit: "us/connection",
      better: "less",
    },
    { key: "failed_percent", title: "failed", unit: "%", better: "less" },
  ],
  async run(bench) {
    await using ways = await startWays(bench);
    return await inRounds(bench, {
      label: "conn",
      among: ways.all,
      measure: (way, seconds) => bothKinds(bench, way, seconds),
      warmUp: true,
    });
  },
};

async function bothKinds(
  bench: Bench,
  way: Way,
  seconds: number,
): Promise<Values> {
  const connections = CONNECTIONS;
  const http = await costed(
    way,
    () => wrk(bench, way, { connections, seconds, keep: false }),
  );
  const hello = await costed(
    way,
    () =>
      newConnections(bench, way, { opening: "hello", connections, seconds }),
  );
  const { exchanges, seconds: took } = hello.result;
  const failed = http.result.failed + hello.result.failed;
  const tried = http.result.requests + exchanges + failed;
  return {
    http_per_second: http.result.perSecond,
    ...costFigure("http_cpu_us", http.cpu, http.result.requests / 1e6),
    hello_per_second: exchanges / took,
    ...costFigure("hello_cpu_us", hello.cpu, exchanges / 1e6),
    failed_percent: 100 * failed / tried,
  };
}
