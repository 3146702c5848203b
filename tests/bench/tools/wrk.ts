/** wrk: as many HTTP requests as a program can take. */
import type { Bench } from "../context.ts";
import { limited } from "../limited.ts";
import type { Way } from "../ways.ts";

/** What came of a run of wrk. */
export interface WrkResult {
  readonly requests: number;
  readonly perSecond: number;
  /** 99th percentile of the latencies, in microseconds. */
  readonly p99Us: number;
  /** Requests or connections that failed, by wrk's own count. */
  readonly failed: number;
}

/** Options of {@linkcode wrk}. */
export interface WrkOptions {
  /** Connections at a time. */
  readonly connections: number;
  /** Taken as whole seconds, as wrk wants them. */
  readonly seconds: number;
  /** Whether connections are kept; otherwise each takes one request. */
  readonly keep: boolean;
}

const US_PER_UNIT: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1e3,
  s: 1e6,
  m: 60e6,
};

/** Share of requests on kept connections that may fail. */
const MAY_FAIL_SHARE = 0.01;

/**
 * Runs wrk, with one thread.
 *
 * @throws {Error} When many requests on kept connections fail.
 */
export async function wrk(
  { processes, settings }: Bench,
  way: Way,
  { connections, seconds, keep }: WrkOptions,
): Promise<WrkResult> {
  const command = [
    "wrk",
    ...["--threads", "1", "--connections", `${connections}`],
    ...[
      "--duration",
      `${Math.ceil(seconds)}s`,
      "--latency",
      "--timeout",
      "10s",
    ],
    ...keep ? [] : ["--header", "Connection: close"],
    `http://127.0.0.1:${way.http}/`,
  ];
  const text = await processes.run(limited(command, "load", settings));
  const result = parseWrk(text);
  const { failed, requests } = result;
  if (keep && failed > MAY_FAIL_SHARE * requests) {
    throw new Error(`${failed} failed, ${requests} requests were answered`);
  }
  return result;
}

/**
 * Reads what wrk prints.
 *
 * @throws {Error} When there is no result in it, or nothing was answered.
 */
export function parseWrk(text: string): WrkResult {
  const requests = Number(/(\d+) requests in /.exec(text)?.[1] ?? 0);
  const perSecond = Number(/^Requests\/sec: +([\d.]+)$/m.exec(text)?.[1] ?? 0);
  const p99 = /^ +99% +([\d.]+)([a-z]+) *$/m.exec(text);
  if (p99 === null || requests === 0 || perSecond === 0) {
    throw new Error("wrk got no answer");
  }
  const errors = /Socket errors: (.*)$/m.exec(text)?.[1] ?? "";
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? "0";
  return {
    requests,
    perSecond,
    p99Us: Number(p99[1]) * US_PER_UNIT[p99[2]!]!,
    failed: [...errors.matchAll(/\d+/g), [refused]]
      .reduce((sum, [count]) => sum + Number(count), 0),
  };
}
