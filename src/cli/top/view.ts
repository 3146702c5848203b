/**
 * What `top` shows of all that there is. Pure.
 *
 * @module
 */
import type {
  ConnectionDetail,
  ConnectionQuery,
  ConnectionView,
} from "../../admin/api.ts";

/** Orders of the table: the key, its name, and how the server is asked. */
export const SORTS = [
  { key: "n", name: "newest", sort: "accepted_at" },
  { key: "b", name: "bytes", sort: "bytes" },
  { key: "u", name: "bytes up", sort: "bytes_up" },
  { key: "d", name: "bytes down", sort: "bytes_down" },
  { key: "l", name: "longest", sort: "duration_seconds" },
] as const satisfies readonly {
  key: string;
  name: string;
  sort: ConnectionQuery["sort"];
}[];

/** What the keys mean just now. */
export type Mode = "table" | "filter" | "closing" | "detail" | "help";

/** What is shown. */
export interface TopView {
  readonly mode: Mode;
  readonly state: "live" | "recent";
  /** Index into {@linkcode SORTS}. */
  readonly sort: number;
  readonly filter: string;
  readonly paused: boolean;
  /** The selected connection's number; `null`: none is, the first page shows. */
  readonly selected: number | null;
  /** Its place among the connections that are known, from 0. */
  readonly row: number;
  /** What the last key led to, in words; empty: nothing to say. */
  readonly message: string;
  /** Of the connection that is explained; `null`: it is being asked for. */
  readonly detail: ConnectionDetail | null;
  /** Lines of help or of an explanation above the first one that shows. */
  readonly scroll: number;
}

/** The view at the start. */
export const FIRST_VIEW: TopView = {
  mode: "table",
  state: "live",
  sort: 0,
  filter: "",
  paused: false,
  selected: null,
  row: 0,
  message: "",
  detail: null,
  scroll: 0,
};

/**
 * The view over other connections: the selection stays with its connection, and
 * where that is gone, in its place.
 */
export function settle(
  view: TopView,
  connections: readonly ConnectionView[],
): TopView {
  if (view.selected === null) return view;
  const at = connections.findIndex(({ id }) => id === view.selected);
  if (at >= 0) return { ...view, row: at };
  // The question whether to close it is about this one, gone or not.
  if (view.mode === "closing") return view;
  return select(view, { connections, row: view.row });
}

/** What the server is asked for this view. */
export function queryOf(view: TopView, limit: number): ConnectionQuery {
  return {
    state: view.state,
    sort: SORTS[view.sort]!.sort,
    q: view.filter.trim(),
    limit,
  };
}

/** The view with the connection at that row selected, or the nearest one. */
export function select(
  view: TopView,
  { connections, row }: {
    readonly connections: readonly ConnectionView[];
    readonly row: number;
  },
): TopView {
  const last = connections.length - 1;
  if (last < 0) return { ...view, selected: null, row: 0 };
  const at = Math.min(Math.max(row, 0), last);
  return { ...view, row: at, selected: connections[at]!.id };
}
