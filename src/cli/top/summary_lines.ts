/**
 * Listeners and targets in a few lines.
 *
 * @module
 */
import type { ListenerState, TargetState } from "../../admin/api.ts";
import { escapeUnprintable } from "../../observe/log.ts";
import { formatBytes, formatNumber } from "../amounts.ts";
import { healthWord } from "../status/status_text.ts";
import { type Column, layOut } from "./columns.ts";
import type { Line, Size, TopModel } from "./model.ts";
import type { Rate } from "./rates.ts";

/** Least lines in which a summary says something. */
const LEAST_LINES = 4;

/** A listener or a target. */
interface Row {
  readonly what: "listener" | "target";
  readonly place: string;
  readonly health: string;
  readonly open: number;
  readonly rate: Rate | undefined;
  /** Connections refused, or dials that failed. */
  readonly failed: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "", cell: ({ what }) => what, width: 8, rank: 5 },
  {
    title: "LISTENER OR TARGET",
    cell: ({ place }) => escapeUnprintable(place),
    width: 18,
    grow: 1,
    most: 48,
    rank: 1,
  },
  { title: "HEALTH", cell: ({ health }) => health, width: 7, rank: 3 },
  {
    title: "OPEN",
    cell: ({ open }) => String(open),
    width: 6,
    rank: 2,
    right: true,
  },
  {
    title: "CONN/S",
    cell: ({ rate }) =>
      rate === undefined ? "-" : formatNumber(rate.connections),
    width: 6,
    rank: 4,
    right: true,
  },
  {
    title: "UP/S",
    cell: ({ rate }) => rate === undefined ? "-" : formatBytes(rate.up),
    width: 7,
    rank: 6,
    right: true,
  },
  {
    title: "DOWN/S",
    cell: ({ rate }) => rate === undefined ? "-" : formatBytes(rate.down),
    width: 7,
    rank: 7,
    right: true,
  },
  {
    title: "FAILED",
    cell: ({ failed }) => String(failed),
    width: 6,
    rank: 8,
    right: true,
  },
];

/**
 * A table of listeners and targets, those that are down first among theirs.
 *
 * @param size `rows`: most lines that it may take; none when it cannot be said
 * in so few.
 */
export function summaryLines(
  { state, rates }: TopModel,
  { columns, rows }: Size,
): Line[] {
  if (rows < LEAST_LINES) return [];
  const listeners = state.listeners.map((each) =>
    listenerRow(each, rates?.listeners.get(each.listener))
  );
  const targets = state.targets.map((each) =>
    targetRow(each, rates?.targets.get(each.target))
  ).toSorted((a, b) => Number(isDown(b)) - Number(isDown(a)));
  // One line for the titles, maybe one for what is left out.
  const room = rows - 1;
  const all = listeners.length + targets.length;
  const listed = all <= room ? all : room - 1;
  const first = Math.min(
    listeners.length,
    Math.max(Math.ceil(listed / 3), listed - targets.length),
  );
  const shown = [
    ...listeners.slice(0, first),
    ...targets.slice(0, listed - first),
  ];
  const table = layOut(COLUMNS, columns);
  return [
    { text: table.header, style: "header" },
    ...shown.map((row): Line => ({
      text: table.line(row),
      style: isDown(row) ? "bad" : "plain",
    })),
    ...(listed < all
      ? [{ text: `and ${all - listed} more`, style: "plain" } as const]
      : []),
  ];
}

function isDown({ health }: Row): boolean {
  return health === "down" || health === "failing";
}

function listenerRow(of: ListenerState, rate: Rate | undefined): Row {
  return {
    what: "listener",
    place: of.listener,
    health: "",
    open: of.active,
    rate,
    failed: of.refused,
  };
}

function targetRow(of: TargetState, rate: Rate | undefined): Row {
  return {
    what: "target",
    place: of.target,
    health: of.healthy === null ? "-" : healthWord(of),
    open: of.active,
    rate,
    failed: of.dial_errors,
  };
}
