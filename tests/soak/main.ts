/**
 * The soak: real and made clients, and faults, for as long as wanted. Fails when
 * a byte is lost or out of order, when a connection fails that no fault explains,
 * or when memory or descriptors grow.
 *
 *     deno task soak --minutes 60
 *
 * @module
 */
import { numberOf, taskOptions } from "../support/task_options.ts";
import { delay } from "@std/async/delay";
import { configFile } from "../support/config_file.ts";
import { freePorts } from "../support/free_ports.ts";
import { causeFaults } from "./faults.ts";
import { growth, type Sample } from "./growth.ts";
import { Ledger } from "./ledger.ts";
import { SoakedProxy } from "./proxy.ts";
import { soakConfig, startTargets } from "./targets.ts";
import { runTraffic } from "./traffic.ts";

/** Most descriptors of the proxy: few enough to run out of them. */
const DESCRIPTORS = 900;
/** Pause between two samples, in milliseconds. */
const SAMPLE_PAUSE_MS = 1_000;
/** The part of the time that counts as warm-up, and the longest, in seconds. */
const WARM_UP = { share: 0.4, most: 900 };
/** Most that memory may grow after the warm-up, in MiB. */
const MOST_GROWTH_MIB = 32;
/** Of the worker that holds the sockets, which load has started by the end. */
const KEEPER_DESCRIPTORS = 5;
/** Descriptors at rest at the end that there may be more than at the start. */
const MORE_DESCRIPTORS = KEEPER_DESCRIPTORS + 4;
/** How long it may take to come to rest, in milliseconds. */
const REST_MS = 60_000;

/** What was sampled, by its name. */
type Samples = Record<"memory" | "descriptors", Sample[]>;

async function soak(minutes: number): Promise<string[]> {
  const [listen, admin, comingPort] = freePorts(3) as [number, number, number];
  await using file = await configFile();
  await using targets = await startTargets(file.folder, comingPort);
  let nth = 0;
  const nextConfig = () =>
    file.write(soakConfig(targets, { listen, admin }, nth++));
  await nextConfig();
  await using proxy = await SoakedProxy.start({
    configFile: file.path,
    adminPort: admin,
    descriptors: DESCRIPTORS,
  });
  const atStart = await proxy.descriptors();
  const ledger = new Ledger();
  const stop = new AbortController();
  const { signal } = stop;
  const samples: Samples = { memory: [], descriptors: [] };
  const traffic = runTraffic({
    port: listen,
    ledger,
    targets,
    signal,
  });
  const faults = causeFaults({
    port: listen,
    ledger,
    proxy,
    coming: targets.coming,
    descriptors: DESCRIPTORS,
    nextConfig,
    signal,
  });
  const sampling = sample(proxy, samples, signal);
  await delay(minutes * 60_000);
  stop.abort();
  const [counts] = await Promise.all([faults, traffic, sampling]);
  const kept = await descriptorsAtRest(proxy, atStart + MORE_DESCRIPTORS);
  print(`descriptors at rest: ${atStart} at the start, ${kept} at the end`);
  const code = await proxy.stop();
  report(ledger, counts, proxy, samples);
  const wrong = verdict(ledger, proxy, samples, code);
  return kept > atStart + MORE_DESCRIPTORS
    ? [
      ...wrong,
      `${kept} descriptors are open at rest, ${atStart} at the start`,
    ]
    : wrong;
}

/** How many there are once there are few enough, or it has taken too long. */
async function descriptorsAtRest(
  proxy: SoakedProxy,
  enough: number,
): Promise<number> {
  const end = performance.now() + REST_MS;
  for (;;) {
    const count = await proxy.descriptors();
    if (count <= enough || performance.now() > end) return count;
    await delay(SAMPLE_PAUSE_MS);
  }
}

async function sample(
  proxy: SoakedProxy,
  { memory, descriptors }: Samples,
  signal: AbortSignal,
): Promise<void> {
  const start = performance.now();
  while (!signal.aborted) {
    const at = (performance.now() - start) / 1_000;
    memory.push({ at, value: await proxy.residentMib() });
    descriptors.push({ at, value: await proxy.descriptors() });
    await delay(SAMPLE_PAUSE_MS, { signal }).catch(() => {});
  }
}

/** Samples after the warm-up. */
function warm(samples: readonly Sample[]): Sample[] {
  const last = samples.at(-1)?.at ?? 0;
  const from = Math.min(last * WARM_UP.share, WARM_UP.most);
  return samples.filter(({ at }) => at >= from);
}

function report(
  ledger: Ledger,
  faults: ReadonlyMap<string, number>,
  proxy: SoakedProxy,
  samples: Samples,
): void {
  print("connections by kind: served, explained by a fault, MB checked");
  for (const [kind, { served, explained, bytes }] of ledger.tallies) {
    print(
      `  ${kind}: ${served}, ${explained}, ${(bytes / 1e6).toFixed(1)}`,
    );
  }
  print("faults");
  for (const [kind, count] of faults) print(`  ${kind}: ${count}`);
  print("log lines");
  for (const [what, count] of proxy.counts) print(`  ${what}: ${count}`);
  for (const line of proxy.errors.slice(0, 5)) print(`  ${line}`);
  for (const [what, all] of Object.entries(samples)) {
    const values = warm(all).map(({ value }) => value).sort((a, b) => a - b);
    const [least, most] = [values[0] ?? 0, values.at(-1) ?? 0];
    print(
      `${what}: ${least.toFixed(0)} to ${most.toFixed(0)} after the warm-up, ` +
        `growth ${growth(warm(all)).toFixed(1)}`,
    );
  }
}

/** What is wrong. */
function verdict(
  ledger: Ledger,
  proxy: SoakedProxy,
  samples: Samples,
  code: number,
): string[] {
  const wrong = ledger.failures.map(({ kind, why, at, after }) =>
    `${kind} failed after ${at} s (${after}): ${why}`
  );
  for (const [kind, { served }] of ledger.tallies) {
    if (served === 0) wrong.push(`${kind}: none was served`);
  }
  const memory = growth(warm(samples.memory));
  if (memory > MOST_GROWTH_MIB) {
    wrong.push(`memory grew by ${memory.toFixed(1)} MiB`);
  }
  if (code !== 0) wrong.push(`passthru ended with ${code}`);
  for (const what of ["connection internal_error", "not JSON"]) {
    const count = proxy.counts.get(what) ?? 0;
    if (count > 0) wrong.push(`${count} log lines: ${what}`);
  }
  return wrong;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) {
  const read = taskOptions({
    task: "soak",
    summary: "Serves mixed traffic under faults, and looks for loss and leaks.",
    options: { minutes: { value: "N", help: "how long (default 3)" } },
  });
  const wrong = await soak(numberOf(read, "minutes", 3));
  for (const line of wrong.slice(0, 30)) print(`FAILED ${line}`);
  print(
    wrong.length === 0
      ? "1 passed, 0 failed"
      : `0 passed, 1 failed (${wrong.length} findings)`,
  );
  Deno.exit(wrong.length === 0 ? 0 : 1);
}
