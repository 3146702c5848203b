/**
 * Which connections a query asks for, and in what order.
 *
 * @module
 */
import type {
  ConnectionList,
  ConnectionQuery,
  ConnectionView,
} from "./connection_view.ts";

/** How many connections are answered when the query does not say. */
const DEFAULT_LIMIT = 200;
/** Most connections that are answered, whatever the query says. */
export const MAX_LIMIT = 1_000;

/** What `protocol` names connections by that no detector has matched. */
const UNIDENTIFIED = "unidentified";

type Test = (view: ConnectionView) => boolean;

/** The connections that fit, in order, as many as the query wants. */
export function searchViews(
  views: Iterable<ConnectionView>,
  query: ConnectionQuery,
): ConnectionList {
  const tests = testsOf(query);
  const found: ConnectionView[] = [];
  for (const view of views) {
    if (tests.every((test) => test(view))) found.push(view);
  }
  return { matched: found.length, connections: inOrder(found, query) };
}

/**
 * Puts together what several data planes have found by the same query. Each has
 * given the first of its own, so the first of all are among them.
 */
export function mergeLists(
  lists: readonly ConnectionList[],
  query: ConnectionQuery,
): ConnectionList {
  return {
    matched: lists.reduce((sum, { matched }) => sum + matched, 0),
    connections: inOrder(lists.flatMap((list) => list.connections), query),
  };
}

function inOrder(
  views: ConnectionView[],
  { sort = "accepted_at", limit = DEFAULT_LIMIT }: ConnectionQuery,
): ConnectionView[] {
  const number = (view: ConnectionView) =>
    sort === "bytes" ? view.bytes_up + view.bytes_down : view[sort];
  // Of those alike the newest, so that the order is the same at every call.
  views.sort((a, b) => number(b) - number(a) || b.id - a.id);
  return views.slice(0, Math.min(limit, MAX_LIMIT));
}

function testsOf(query: ConnectionQuery): Test[] {
  const { listener, protocol, target, reason, q } = query;
  const tests: Test[] = [];
  if (listener !== undefined) tests.push((view) => view.listener === listener);
  if (protocol !== undefined) tests.push((view) => isOf(view, protocol));
  if (target !== undefined) tests.push((view) => view.target === target);
  if (reason !== undefined) tests.push((view) => view.reason === reason);
  const words = wordsOf(q ?? "");
  if (words.length > 0) tests.push((view) => hasWords(view, words));
  return tests;
}

/** One that is still peeked at may be identified yet. */
function isOf(view: ConnectionView, protocol: string): boolean {
  return view.protocol === protocol ||
    (protocol === UNIDENTIFIED && view.protocol === null &&
      view.phase !== "peeking");
}

function wordsOf(q: string): string[] {
  return q.toLowerCase().split(/\s+/).filter((word) => word !== "");
}

function hasWords(view: ConnectionView, words: readonly string[]): boolean {
  const text = textOf(view).toLowerCase();
  return words.every((word) => text.includes(word));
}

/** All that a view says in words, a line each: no word is in two of them. */
function textOf(view: ConnectionView): string {
  const { facts } = view;
  return [
    view.id,
    view.phase,
    view.client,
    view.proxy,
    view.unique_id,
    view.listener,
    view.protocol,
    ...Object.values(facts).flat(),
    view.rule,
    view.name,
    view.target,
    view.sent_to,
    view.reason,
    view.with,
    view.error,
    view.retried,
  ].join("\n");
}
