/**
 * What the control plane knows of its process, as metrics.
 *
 * @module
 */
import type { Metric } from "./metrics.ts";
import type { Family, FamilySeries } from "./prometheus_text.ts";

/**
 * What is known of a process; of what is left out there are no metrics. Times in
 * milliseconds since the epoch.
 */
export interface ProcessFacts {
  /** passthru's. */
  readonly version: string;
  /** Deno's. */
  readonly deno: string;
  readonly startedAt: number;
  /** Reloads so far, and how the last load of the config went. */
  readonly reloads?: {
    readonly ok: number;
    readonly failed: number;
    /** The first load counts here, too. */
    readonly lastOk: boolean;
    readonly lastOkAt: number;
  };
  /** Included files that have errors, by what of them is in use. */
  readonly refusedFiles?: readonly { readonly in_use: InUseWord }[];
  readonly workers?: readonly { readonly state: WorkerWord }[];
  /** Workers that were lost. */
  readonly crashes?: number;
  /** Workers that hang and cannot be ended. */
  readonly blocked?: number;
  /** The targets; `null`: nothing is known against it. */
  readonly targets?: readonly {
    readonly target: string;
    readonly healthy: boolean | null;
  }[];
  /** Lines that the log could not write in time. Default: nobody counts them. */
  readonly logLinesDropped?: number;
}

/** What a worker does. */
export type WorkerWord = typeof WORKER_WORDS[number];

/** What is used of a refused file. */
export type InUseWord = typeof IN_USE_WORDS[number];

const IN_USE_WORDS = ["last_good", "nothing"] as const;

const WORKER_WORDS = ["starting", "serving", "draining"] as const;

/** The metrics of a process. */
export const PROCESS_METRICS = {
  build: {
    name: "passthru_build_info",
    type: "gauge",
    help: "Always 1; the labels are the versions",
    labels: ["version", "deno"],
    otel: { name: "passthru.build.info", unit: "1" },
  },
  start: {
    name: "process_start_time_seconds",
    type: "gauge",
    help: "Start time of the process, in Unix time",
    labels: [],
    otel: { name: "passthru.process.start_time", unit: "s" },
  },
  reloads: {
    name: "passthru_config_reloads_total",
    type: "counter",
    help: "Reloads of the config, by result (ok, failed)",
    labels: ["result"],
    otel: { name: "passthru.config.reloads", unit: "{reload}" },
  },
  lastReload: {
    name: "passthru_config_last_reload_successful",
    type: "gauge",
    help: "1 if the last reload was successful, else 0",
    labels: [],
    otel: { name: "passthru.config.last_reload.successful", unit: "1" },
  },
  lastSuccess: {
    name: "passthru_config_last_reload_success_timestamp_seconds",
    type: "gauge",
    help: "Time of the last successful load, in Unix time",
    labels: [],
    otel: { name: "passthru.config.last_reload.success_time", unit: "s" },
  },
  refusedFiles: {
    name: "passthru_config_files_refused",
    type: "gauge",
    help: "Included files with errors, by what is used (last_good, nothing)",
    labels: ["in_use"],
    otel: { name: "passthru.config.files.refused", unit: "{file}" },
  },
  workers: {
    name: "passthru_workers",
    type: "gauge",
    help: "Workers, by state (starting, serving, draining)",
    labels: ["state"],
    otel: { name: "passthru.workers", unit: "{worker}" },
  },
  crashes: {
    name: "passthru_worker_crashes_total",
    type: "counter",
    help: "Workers that crashed, hung or exited unexpectedly",
    labels: [],
    otel: { name: "passthru.worker.crashes", unit: "{crash}" },
  },
  blocked: {
    name: "passthru_workers_blocked",
    type: "gauge",
    help: "Workers that hang and cannot be terminated",
    labels: [],
    otel: { name: "passthru.workers.blocked", unit: "{worker}" },
  },
  healthy: {
    name: "passthru_upstream_healthy",
    type: "gauge",
    help: "1 if healthy, else 0; without checks: only while dials fail",
    labels: ["upstream"],
    otel: { name: "passthru.upstream.healthy", unit: "1" },
  },
  logLinesDropped: {
    name: "passthru_log_lines_dropped_total",
    type: "counter",
    help: "Log lines dropped because the reader of the log was too slow",
    labels: [],
    otel: { name: "passthru.log.lines.dropped", unit: "{line}" },
  },
} as const satisfies Record<string, Metric>;

/** The metrics of a process with their values. */
export function processFamilies(facts: ProcessFacts): Family[] {
  const { version, deno, startedAt, crashes, targets } = facts;
  const { build, start, healthy, logLinesDropped: dropped } = PROCESS_METRICS;
  return [
    { metric: build, series: [{ labels: [version, deno], value: 1 }] },
    { metric: start, series: [one(startedAt / 1_000)] },
    ...reloadFamilies(facts),
    ...given(facts.refusedFiles, (files) => [{
      metric: PROCESS_METRICS.refusedFiles,
      series: IN_USE_WORDS.map((word) => ({
        labels: [word],
        value: files.filter(({ in_use }) => in_use === word).length,
      })),
    }]),
    ...workerFamilies(facts),
    ...given(crashes, (value) => [
      { metric: PROCESS_METRICS.crashes, series: [one(value)] },
    ]),
    ...given(facts.blocked, (value) => [
      { metric: PROCESS_METRICS.blocked, series: [one(value)] },
    ]),
    ...given(targets, (all) => [{
      metric: healthy,
      series: all.flatMap(({ target, healthy }) =>
        healthy === null ? [] : [{ labels: [target], value: Number(healthy) }]
      ),
    }]),
    ...given(facts.logLinesDropped, (value) => [
      { metric: dropped, series: [one(value)] },
    ]),
  ];
}

function reloadFamilies({ reloads }: ProcessFacts): Family[] {
  const { lastReload, lastSuccess } = PROCESS_METRICS;
  return given(reloads, ({ ok, failed, lastOk, lastOkAt }) => [
    {
      metric: PROCESS_METRICS.reloads,
      series: [
        { labels: ["ok"], value: ok },
        { labels: ["failed"], value: failed },
      ],
    },
    { metric: lastReload, series: [one(Number(lastOk))] },
    { metric: lastSuccess, series: [one(lastOkAt / 1_000)] },
  ]);
}

function workerFamilies({ workers }: ProcessFacts): Family[] {
  return given(workers, (all) => [{
    metric: PROCESS_METRICS.workers,
    series: WORKER_WORDS.map((word) => ({
      labels: [word],
      value: all.filter(({ state }) => state === word).length,
    })),
  }]);
}

function given<T>(
  value: T | undefined,
  families: (value: T) => Family[],
): Family[] {
  return value === undefined ? [] : families(value);
}

function one(value: number): FamilySeries {
  return { labels: [], value };
}
