/**
 * The state of a running passthru as text for people.
 *
 * @module
 */
import type {
  ListenerState,
  State,
  TargetState,
  Traffic,
} from "../../admin/api.ts";
import { escapeUnprintable } from "../../observe/log.ts";
import {
  formatBytes,
  formatCount,
  formatSeconds,
  formatTime,
} from "../amounts.ts";

/** A table: a title a column, and cells. */
interface Table {
  readonly titles: readonly string[];
  /** Numbers stand on the right: from this column on, `count` of them. */
  readonly numbers: { readonly from: number; readonly count: number };
  readonly rows: readonly (readonly string[])[];
}

/** Columns of {@linkcode traffic}, in its order. */
const TRAFFIC_TITLES = ["OPEN", "CONNECTIONS", "UP", "DOWN"] as const;

/** What is known, as lines, with a line end. Everything is escaped. */
export function statusText(state: State): string {
  const blocks = [
    heading(state),
    listenerTable(state),
    protocolTable(state),
    targetTable(state),
    workerTable(state),
    oldTable(state),
    closedTable(state),
    notes(state),
  ];
  return blocks.filter((lines) => lines.length > 0)
    .map((lines) => lines.map(escapeUnprintable).join("\n") + "\n")
    .join("\n");
}

/** What became of the last reload, when it failed. */
export function failedReload({ config }: State): string | null {
  const { last_reload: last } = config;
  if (last === null || last.ok) return null;
  const why = last.error ?? last.notes[0]?.message ?? "see the log";
  return `last reload failed at ${formatTime(last.at)}: ${why.split("\n", 1)}`;
}

/** What is known of a target's health, in one or two words. */
export function healthWord({ healthy, failing }: TargetState): string {
  if (healthy === null) return "not checked";
  if (healthy) return "up";
  return failing === undefined ? "down" : "failing";
}

/** What is known of a target's health: `failing: connection refused`. */
function healthText(target: TargetState): string {
  const { failing } = target;
  const why = failing === undefined ? "" : `: ${failing}`;
  return healthWord(target) + why;
}

function heading(state: State): string[] {
  const { version, config, log, workers, crashes } = state;
  // An older passthru does not say.
  const { blocked_workers: blocked = 0 } = state;
  const up = formatSeconds((state.now - state.started_at) / 1_000);
  const failed = failedReload(state);
  return [
    `passthru ${version.passthru}, pid ${state.pid}, deno ${version.deno}, v8 ${version.v8}`,
    [
      `${state.status}, up ${up}`,
      `generation ${state.generation}`,
      formatCount(workers.length, "worker"),
      ...(crashes > 0 ? [`${formatCount(crashes, "worker")} crashed`] : []),
      ...(blocked > 0 ? [`${formatCount(blocked, "worker")} blocked`] : []),
      `log ${log.level} as ${log.format}`,
      ...(log.dropped > 0
        ? [`${formatCount(log.dropped, "log line")} dropped`]
        : []),
    ].join(", "),
    `config ${config.file}, loaded ${formatTime(config.loaded_at)}`,
    ...(failed === null ? [] : [failed]),
    ...refusedFiles(state),
  ];
}

/** The files of the config that have errors, and the first of each. */
function refusedFiles({ config }: State): string[] {
  // An older passthru does not say.
  const { refused = [] } = config;
  return refused.map(({ file, in_use, notes: [first] }) => {
    const why = first === undefined ? "" : `: ${first.place}: ${first.message}`;
    const used = in_use === "last_good"
      ? "its last good content is in use"
      : "none of its rules is in use";
    return `included file ${file} refused, ${used}${why}`;
  });
}

function listenerTable({ listeners, total }: State): string[] {
  return table({
    titles: ["LISTENER", "BOUND TO", ...TRAFFIC_TITLES, "REFUSED"],
    numbers: { from: 2, count: 5 },
    rows: [
      ...listeners.map((listener) => [
        listener.listener,
        listener.address,
        ...traffic(listener),
        String(listener.refused),
      ]),
      ["all", "", ...traffic(total), String(refusedOf(listeners))],
    ],
  });
}

function protocolTable({ protocols }: State): string[] {
  return table({
    titles: ["PROTOCOL", ...TRAFFIC_TITLES],
    numbers: { from: 1, count: 4 },
    rows: protocols.map((protocol) => [
      protocol.protocol,
      ...traffic(protocol),
    ]),
  });
}

function targetTable({ targets }: State): string[] {
  return table({
    titles: ["TARGET", "HEALTH", ...TRAFFIC_TITLES, "DIALS", "FAILED", "NOTE"],
    numbers: { from: 2, count: 6 },
    rows: targets.map((target) => [
      target.target,
      healthText(target),
      ...traffic(target),
      String(target.dials),
      String(target.dial_errors),
      target.note ?? "",
    ]),
  });
}

function workerTable({ workers }: State): string[] {
  return table({
    titles: ["WORKER", "STATE", "GENERATION", "OPEN"],
    numbers: { from: 2, count: 2 },
    rows: workers.map(({ worker, state, generation, connections }) => [
      String(worker),
      state,
      String(generation),
      String(connections),
    ]),
  });
}

/** Generations whose config was replaced, and until when they go on. */
function oldTable({ old_generations: old = [], now }: State): string[] {
  return table({
    titles: ["OLD GENERATION", "WORKERS", "OPEN", "REPLACED", "CLOSED"],
    numbers: { from: 1, count: 2 },
    rows: old.map((one) => [
      String(one.generation),
      String(one.workers),
      String(one.connections),
      `${formatSeconds((now - one.replaced_at) / 1_000)} ago`,
      one.closes_at === null
        ? "never"
        : `in ${formatSeconds(Math.max(0, one.closes_at - now) / 1_000)}`,
    ]),
  });
}

/** How connections ended, the most frequent first. */
function closedTable({ closed }: State): string[] {
  return table({
    titles: ["ENDED", "CONNECTIONS"],
    numbers: { from: 1, count: 1 },
    rows: Object.entries(closed)
      .filter(([, count]) => count > 0)
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .map(([reason, count]) => [reason, String(count)]),
  });
}

function notes({ config }: State): string[] {
  return config.notes.map(({ place, severity, message }) =>
    `${place}: ${severity}: ${message}`
  );
}

/** All that listeners did not let in. */
export function refusedOf(listeners: readonly ListenerState[]): number {
  return listeners.reduce((sum, { refused }) => sum + refused, 0);
}

function traffic(of: Traffic): string[] {
  return [
    String(of.active),
    String(of.connections),
    formatBytes(of.bytes_up),
    formatBytes(of.bytes_down),
  ];
}

/** A table as lines; none when it has no rows. */
function table({ titles, numbers, rows }: Table): string[] {
  if (rows.length === 0) return [];
  const lines = [titles, ...rows];
  const widths = titles.map((_, i) =>
    Math.max(...lines.map((cells) => escapeUnprintable(cells[i]!).length))
  );
  const isNumber = (i: number) =>
    i >= numbers.from && i < numbers.from + numbers.count;
  return lines.map((cells) =>
    cells.map((cell, i) => {
      const text = escapeUnprintable(cell);
      return isNumber(i) ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
    }).join("  ").trimEnd()
  );
}
