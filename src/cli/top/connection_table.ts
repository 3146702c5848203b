/**
 * Connections as rows.
 *
 * @module
 */
import type { ConnectionView } from "../../admin/api.ts";
import { valueText } from "../../explain/words.ts";
import { escapeUnprintable } from "../../observe/log.ts";
import { formatBytes, formatSeconds } from "../amounts.ts";
import { joinFitting } from "./cells.ts";
import { type Column, type LaidOut, layOut } from "./columns.ts";
import type { TopModel } from "./model.ts";
import { SORTS, type TopView } from "./view.ts";

/** Facts that say by themselves what a client asks for, the best first. */
const TELLING_FACTS = ["sni", "host", "authority", "user", "database"];

/** What the protocol's facts say, the most telling one first and by itself. */
export function factsText({ facts }: ConnectionView): string {
  const telling = TELLING_FACTS.find((name) => facts[name] !== undefined);
  const others = Object.entries(facts).filter(([name]) => name !== telling)
    .map(([name, value]) => `${name}=${valueText(value)}`);
  return escapeUnprintable(
    [...(telling === undefined ? [] : [valueText(facts[telling]!)]), ...others]
      .join(" "),
  );
}

/** A table of connections, as wide as the screen. */
export function connectionTable(
  view: TopView,
  columns: number,
): LaidOut<ConnectionView> {
  return layOut([
    {
      // Where nothing is coloured, this alone shows what is selected.
      title: "",
      cell: ({ id }) => id === view.selected ? ">" : "",
      width: 1,
      rank: 0,
    },
    ...COLUMNS,
    view.state === "live" ? PHASE : REASON,
  ], columns);
}

/** What the table shows: how many, of which, in which order. */
export function listTitle({ list, view }: TopModel, columns: number): string {
  const { matched, connections } = list;
  const filter = view.filter.trim();
  return joinFitting([
    view.state === "live" ? "LIVE CONNECTIONS" : "RECENT CONNECTIONS",
    filter === "" ? String(matched) : `${matched} with "${filter}"`,
    `by ${SORTS[view.sort]!.name}`,
    view.paused ? "PAUSED" : "",
    connections.length < matched ? `the first ${connections.length}` : "",
  ], columns);
}

/** In the order in which they stand. */
const COLUMNS: readonly Column<ConnectionView>[] = [
  {
    title: "ID",
    cell: ({ id }) => String(id),
    width: 7,
    rank: 11,
    right: true,
  },
  {
    title: "CLIENT",
    cell: ({ client }) => escapeUnprintable(client),
    width: 16,
    grow: 2,
    most: 47,
    rank: 6,
  },
  {
    title: "PROTOCOL",
    cell: ({ protocol }) => escapeUnprintable(protocol ?? "-"),
    width: 9,
    rank: 1,
  },
  {
    title: "ASKS FOR",
    cell: factsText,
    width: 12,
    wish: { rank: 8, width: 26 },
    grow: 4,
    rank: 2,
  },
  {
    title: "RULE",
    cell: ({ rule }) => escapeUnprintable(rule ?? "-"),
    width: 16,
    grow: 2,
    most: 60,
    rank: 9,
  },
  {
    title: "TARGET",
    cell: ({ target }) => escapeUnprintable(target ?? "-"),
    width: 16,
    grow: 2,
    most: 60,
    rank: 7,
  },
  {
    title: "UP",
    cell: ({ bytes_up }) => formatBytes(bytes_up),
    width: 6,
    rank: 10,
    right: true,
  },
  {
    title: "DOWN",
    cell: ({ bytes_down }) => formatBytes(bytes_down),
    width: 6,
    rank: 4,
    right: true,
  },
  {
    title: "TIME",
    cell: ({ duration_seconds }) => formatSeconds(duration_seconds),
    width: 6,
    rank: 3,
    right: true,
  },
];

const PHASE: Column<ConnectionView> = {
  title: "PHASE",
  cell: ({ phase }) => phase,
  width: 10,
  rank: 12,
};

const REASON: Column<ConnectionView> = {
  title: "ENDED BY",
  cell: ({ reason }) => reason ?? "-",
  width: 14,
  rank: 5,
};
