/** What the admin API answers to a query for connections. */
import type {
  ConnectionList,
  ConnectionQuery,
  ConnectionView,
} from "../../src/admin/api.ts";

/** The connections that fit a query, as many as it wants. */
export function found(
  views: Iterable<ConnectionView>,
  query: ConnectionQuery,
): ConnectionList {
  const { sort = "accepted_at", limit = 200 } = query;
  const value = (view: ConnectionView) =>
    sort === "bytes" ? view.bytes_up + view.bytes_down : view[sort];
  const fitting = [...views].filter((view) => fits(view, query));
  const connections = fitting.map(current)
    .sort((a, b) => value(b) - value(a) || b.id - a.id)
    .slice(0, Number(limit));
  return { matched: fitting.length, connections };
}

/** A connection as it is now: while it is open it grows older. */
export function current(view: ConnectionView): ConnectionView {
  if (view.reason !== null) return view;
  const duration_seconds = (Date.now() - view.accepted_at) / 1000;
  return { ...view, duration_seconds };
}

function fits(view: ConnectionView, query: ConnectionQuery): boolean {
  const { state = "live", q = "" } = query;
  if (state !== "all" && (view.reason === null) !== (state === "live")) {
    return false;
  }
  for (const name of ["listener", "protocol", "target", "reason"] as const) {
    if (query[name] !== undefined && view[name] !== query[name]) return false;
  }
  const text = JSON.stringify(view).toLowerCase();
  return q.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
