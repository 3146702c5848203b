/**
 * The connections that are shown: what the server answered, brought up to date by
 * the reports that have come since.
 */

/** @import { ConnectionQuery, ConnectionView } from "../api.ts" */

/** Reports that are kept until the next answer, at most. */
const MOST_REPORTS = 2000;

/** @typedef {Required<ConnectionQuery>} Query */

/** Holds no more than a query's limit, and so many reports. */
export class ConnectionList {
  /** @type {Query} */
  #query = {
    state: "all",
    listener: "",
    protocol: "",
    target: "",
    reason: "",
    q: "",
    sort: "accepted_at",
    limit: 100,
  };
  /** @type {readonly ConnectionView[]} */
  #answer = [];
  /** What `#answer` was the answer to. */
  #answered = "";
  /** @type {Map<number, ConnectionView>} */
  #reports = new Map();
  /** How many fit, by the last answer. */
  matched = 0;

  /** What is asked for. */
  get query() {
    return this.#query;
  }

  /**
   * Asks for something else: until it is answered, what is known and fits is shown.
   *
   * @param {Partial<Query>} changes
   */
  ask(changes) {
    this.#query = { ...this.#query, ...changes };
  }

  /** Whether what is shown is the answer to what is asked for. */
  get isAnswered() {
    return this.#answered === JSON.stringify(this.#query);
  }

  /**
   * What the server is asked now, and the reports that its answer will know of.
   */
  asking() {
    return { query: this.#query, told: [...this.#reports.keys()] };
  }

  /**
   * Takes an answer, unless something else is asked for by now. What was reported
   * while it was on its way is newer.
   *
   * @param {{ query: Query, told: readonly number[] }} asked
   * @param {{ matched: number, connections: readonly ConnectionView[] }} answer
   */
  answer({ query, told }, { matched, connections }) {
    if (query !== this.#query) return;
    this.#answer = connections;
    this.#answered = JSON.stringify(query);
    this.matched = matched;
    for (const id of told) this.#reports.delete(id);
  }

  /**
   * Takes reports of connections that have ended.
   *
   * @param {readonly ConnectionView[]} reports
   */
  report(reports) {
    for (const report of reports) this.#reports.set(report.id, report);
    for (const id of this.#reports.keys()) {
      if (this.#reports.size <= MOST_REPORTS) break;
      this.#reports.delete(id);
    }
  }

  /**
   * What to show, in order.
   *
   * @returns {ConnectionView[]}
   */
  shown() {
    const fresh = new Map(this.#reports);
    // An open one that ends stays in its place, as ended, until the next answer.
    const known = this.#answer.map((view) => {
      const report = fresh.get(view.id);
      fresh.delete(view.id);
      return report ?? view;
    });
    const kept = this.isAnswered
      ? known
      : known.filter((view) => fits(view, this.#query));
    const more = this.#query.state === "live"
      ? []
      : [...fresh.values()].filter((view) => fits(view, this.#query));
    const all = [...kept, ...more].sort(bySort(this.#query.sort));
    return all.slice(0, this.#query.limit);
  }
}

/**
 * Whether a connection fits a query, as the server sees it.
 *
 * @param {ConnectionView} view
 * @param {Query} query
 */
export function fits(view, query) {
  const { state, listener, protocol, target, reason } = query;
  const open = view.reason === null;
  return (state === "all" || open === (state === "live")) &&
    (listener === "" || view.listener === listener) &&
    (protocol === "" || view.protocol === protocol) &&
    (target === "" || view.target === target) &&
    (reason === "" || view.reason === reason) &&
    hasWords(view, query.q);
}

/**
 * @param {ConnectionView} view
 * @param {string} q
 */
function hasWords(view, q) {
  const words = q.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return true;
  const text = JSON.stringify(Object.values(view)).toLowerCase();
  return words.every((word) => text.includes(word));
}

/** @param {Query["sort"]} sort */
function bySort(sort) {
  return (/** @type {ConnectionView} */ a, /** @type {ConnectionView} */ b) =>
    sortValue(b, sort) - sortValue(a, sort) || b.id - a.id;
}

/**
 * @param {ConnectionView} view
 * @param {Query["sort"]} sort
 */
function sortValue(view, sort) {
  return sort === "bytes" ? view.bytes_up + view.bytes_down : view[sort];
}
