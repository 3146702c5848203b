/**
 * Traffic of the last minutes: what the totals of the state were, and the rates
 * between them. It begins when the page is opened.
 */

/** @import { State, Traffic } from "../api.ts" */

/** How far back it goes, in milliseconds. */
export const HISTORY_MS = 5 * 60_000;
/** Between samples, at least. */
const LEAST_MS = 500;
/** Rates are means over so long: single connections would make them jump. */
const MEAN_MS = 5000;
/** Names that are followed in a grouping; a config may have thousands. */
const MOST_NAMES = 100;
/** The name of all that are not followed. */
export const THE_REST = "all others";

/**
 * How traffic is divided.
 *
 * @typedef {"total" | "listener" | "protocol" | "target"} Grouping
 */

/**
 * The totals at a time, by grouping and name.
 *
 * @typedef {object} Sample
 * @property {number} at In milliseconds since the epoch, by the server's clock.
 * @property {Readonly<Record<Grouping, ReadonlyMap<string, Traffic>>>} totals
 */

/**
 * Rates of one name; `connections[i]` is the mean of some seconds before `times[i]`.
 *
 * @typedef {object} Series
 * @property {string} name
 * @property {readonly number[]} connections A second.
 * @property {readonly number[]} up Bytes a second.
 * @property {readonly number[]} down Bytes a second.
 * @property {Traffic} traffic The totals now.
 */

/** Remembers the totals of states. */
export class TrafficHistory {
  /** @type {Sample[]} */
  #samples = [];
  #process = "";
  /** @type {Record<Grouping, Set<string>>} */
  #followed = noNames();

  /**
   * Takes the totals of a state; those of another process before are forgotten.
   *
   * @param {State} state
   */
  add(state) {
    const process = `${state.pid} ${state.started_at}`;
    if (process !== this.#process) {
      this.#samples = [];
      this.#followed = noNames();
    }
    this.#process = process;
    const last = this.#samples.at(-1);
    if (last !== undefined && state.now < last.at + LEAST_MS) return;
    this.#samples.push({ at: state.now, totals: this.#totals(state) });
    const oldest = state.now - HISTORY_MS;
    // The one before the oldest is kept, for the rate from it on.
    while ((this.#samples[1]?.at ?? Infinity) <= oldest) this.#samples.shift();
  }

  /** When the last sample was taken; 0 before the first. */
  get now() {
    return this.#samples.at(-1)?.at ?? 0;
  }

  /**
   * The times at which rates are known, in milliseconds since the epoch.
   */
  get times() {
    return this.#samples.slice(1).map(({ at }) => at);
  }

  /**
   * The rates of all that there is now in a grouping, in the state's order.
   *
   * @param {Grouping} grouping
   * @returns {Series[]}
   */
  series(grouping) {
    const now = this.#samples.at(-1)?.totals[grouping] ?? new Map();
    return Array.from(now, ([name, traffic]) => ({
      name,
      traffic,
      connections: this.#rates(grouping, name, "connections"),
      up: this.#rates(grouping, name, "bytes_up"),
      down: this.#rates(grouping, name, "bytes_down"),
    }));
  }

  /**
   * @param {State} state
   * @returns {Sample["totals"]}
   */
  #totals({ total, listeners, protocols, targets }) {
    const { listener, protocol, target } = this.#followed;
    return {
      total: new Map([["all traffic", total]]),
      listener: bounded(listeners.map((l) => [l.listener, l]), listener),
      protocol: bounded(protocols.map((p) => [p.protocol, p]), protocol),
      target: bounded(targets.map((t) => [t.target, t]), target),
    };
  }

  /**
   * @param {Grouping} grouping
   * @param {string} name
   * @param {"connections" | "bytes_up" | "bytes_down"} field
   */
  #rates(grouping, name, field) {
    // What was not there before has counted from nothing; what was away for a
    // while, as a target that DNS left out, has not.
    let known = 0;
    const totals = this.#samples.map((sample) =>
      known = sample.totals[grouping].get(name)?.[field] ?? known
    );
    return this.#samples.slice(1).map(({ at }, before) => {
      let from = before;
      while (from > 0 && at - (this.#samples[from]?.at ?? at) < MEAN_MS) from--;
      const seconds = (at - (this.#samples[from]?.at ?? at)) / 1000;
      const more = (totals[before + 1] ?? 0) - (totals[from] ?? 0);
      return Math.max(0, more) / seconds;
    });
  }
}

/** @returns {Record<Grouping, Set<string>>} */
function noNames() {
  return {
    total: new Set(),
    listener: new Set(),
    protocol: new Set(),
    target: new Set(),
  };
}

/**
 * Of so many names only some, the busiest when they are chosen first, and the sum
 * of the rest. A name that is followed stays so.
 *
 * @param {readonly (readonly [string, Traffic])[]} entries
 * @param {Set<string>} followed
 * @returns {ReadonlyMap<string, Traffic>}
 */
function bounded(entries, followed) {
  const ranked = [...entries]
    .sort(([, a], [, b]) => b.connections - a.connections);
  for (const [name] of ranked) {
    if (followed.size < MOST_NAMES) followed.add(name);
  }
  const kept = entries.filter(([name]) => followed.has(name));
  const rest = entries.filter(([name]) => !followed.has(name));
  if (rest.length === 0) return new Map(kept);
  const sum = rest.map(([, traffic]) => traffic).reduce(added);
  return new Map([...kept, [THE_REST, sum]]);
}

/**
 * @param {Traffic} a
 * @param {Traffic} b
 * @returns {Traffic}
 */
function added(a, b) {
  return {
    active: a.active + b.active,
    connections: a.connections + b.connections,
    bytes_up: a.bytes_up + b.bytes_up,
    bytes_down: a.bytes_down + b.bytes_down,
  };
}
