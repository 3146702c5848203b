/** A real Prometheus that scrapes what a test runs. */
import { assertEquals } from "@std/assert";
import { startDaemon, startOnFreePorts, tempFolder } from "./daemon.ts";
import { until } from "./wait.ts";

/** A connection that is kept alive would outlast the test. */
const ONCE = { headers: { connection: "close" } };

/** A job of Prometheus' config: one address on 127.0.0.1. */
export interface ScrapeJob {
  readonly name: string;
  readonly port: number;
  /** File of the token that it shows. */
  readonly tokenFile?: string;
}

/** A sample that a query gave. */
export interface PrometheusSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What Prometheus says of a target. */
export interface ScrapeTarget {
  readonly job: string;
  readonly health: "up" | "down" | "unknown";
  /** Of the last scrape; empty when it went well. */
  readonly lastError: string;
}

/** A running Prometheus. */
export interface Prometheus extends AsyncDisposable {
  /** What an instant query gives. */
  query(expression: string): Promise<PrometheusSample[]>;
  targets(): Promise<ScrapeTarget[]>;
}

/** Starts Prometheus, which scrapes every second. */
export function startPrometheus(
  jobs: readonly ScrapeJob[],
): Promise<Prometheus> {
  return startOnFreePorts(1, ([port]) => start(port!, jobs));
}

async function start(
  port: number,
  jobs: readonly ScrapeJob[],
): Promise<Prometheus> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await tempFolder());
  const file = `${path}/prometheus.yml`;
  // YAML takes JSON.
  await Deno.writeTextFile(file, JSON.stringify(configOf(jobs)));
  stack.use(
    await startDaemon({
      program: "prometheus",
      args: [
        `--config.file=${file}`,
        `--storage.tsdb.path=${path}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      ports: [port],
    }),
  );
  const origin = `http://127.0.0.1:${port}`;
  await until("Prometheus", () => isReady(origin));
  const kept = stack.move();
  const api = `${origin}/api/v1`;
  return {
    async query(expression) {
      const url = `${api}/query?query=${encodeURIComponent(expression)}`;
      const { result } = await dataOf<{ result: Vector }>(url);
      return result.map(({ metric, value }) => ({
        labels: metric,
        value: Number(value[1]),
      }));
    },
    async targets() {
      const { activeTargets } = await dataOf<{ activeTargets: Target[] }>(
        `${api}/targets?state=active`,
      );
      return activeTargets.map(({ labels, health, lastError }) => ({
        job: labels["job"]!,
        health,
        lastError,
      }));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** An instant vector, as the API gives it: time, and the value as text. */
type Vector = {
  metric: Record<string, string>;
  value: [number, string];
}[];

type Target = Omit<ScrapeTarget, "job"> & { labels: Record<string, string> };

function configOf(jobs: readonly ScrapeJob[]): object {
  return {
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    scrape_configs: jobs.map(({ name, port, tokenFile }) => ({
      job_name: name,
      static_configs: [{ targets: [`127.0.0.1:${port}`] }],
      ...(tokenFile === undefined
        ? {}
        : { authorization: { credentials_file: tokenFile } }),
    })),
  };
}

/** It listens a while before it answers queries. */
async function isReady(origin: string): Promise<true | null> {
  const response = await fetch(`${origin}/-/ready`, ONCE);
  await response.body?.cancel();
  return response.ok || null;
}

async function dataOf<T>(url: string): Promise<T> {
  const response = await fetch(url, ONCE);
  const text = await response.text();
  const { status, data } = JSON.parse(text);
  assertEquals(status, "success", text);
  return data;
}
