/**
 * The flows of a listener, by the addresses of their clients, and which of them
 * have to go when there is no room for a new one.
 *
 * @module
 */

/** What a table needs to know of a flow. */
export interface TableFlow<Self> {
  /** The address of its client: `addressKey`. */
  readonly key: string;
  /**
   * The next older flow of the same address: a client may have several
   * connections on one port. The table's own.
   */
  older: Self | null;
}

/**
 * How sure it is that the client is where the datagrams say:
 *
 * - `unanswered`: its target has sent nothing, or it has none. The address of the
 *   client may be anybody's;
 * - `answered`: its target has answered, and the client has sent nothing since;
 * - `established`: it has.
 */
export type Standing = "unanswered" | "answered" | "established";

/** Flows by address, and in the order in which they may be given up. */
export class FlowTable<Flow extends TableFlow<Flow>> {
  readonly #newest = new Map<string, Flow>();
  /** Oldest first. */
  readonly #unanswered = new Set<Flow>();
  readonly #answered = new Set<Flow>();
  #size = 0;

  /** How many flows there are. */
  get size(): number {
    return this.#size;
  }

  /** All flows, in no order. */
  *[Symbol.iterator](): Generator<Flow> {
    for (const newest of this.#newest.values()) {
      for (let flow: Flow | null = newest; flow !== null; flow = flow.older) {
        yield flow;
      }
    }
  }

  /** The newest flow of an address. */
  at(key: string): Flow | undefined {
    return this.#newest.get(key);
  }

  /** A flow of an address for which something holds; `null`: none. */
  find(key: string, fits: (flow: Flow) => boolean): Flow | null {
    let flow = this.#newest.get(key) ?? null;
    while (flow !== null && !fits(flow)) flow = flow.older;
    return flow;
  }

  /** Takes in a flow, which nothing has answered yet. */
  add(flow: Flow): void {
    flow.older = this.#newest.get(flow.key) ?? null;
    this.#newest.set(flow.key, flow);
    this.#unanswered.add(flow);
    this.#size++;
  }

  /** Notes that a flow is surer now; it never becomes less so. */
  raise(flow: Flow, to: Exclude<Standing, "unanswered">): void {
    this.#unanswered.delete(flow);
    if (to === "answered") this.#answered.add(flow);
    else this.#answered.delete(flow);
  }

  /** Lets a flow go; to be called once. */
  remove(flow: Flow): void {
    this.#unanswered.delete(flow);
    this.#answered.delete(flow);
    this.#unlink(flow);
    this.#size--;
  }

  /**
   * The flow that is to make room for a new one: the oldest that was never
   * answered, else the oldest whose client has not shown that it is there.
   *
   * @returns `null`: all are established, and none is given up for a stranger.
   */
  get leastSure(): Flow | null {
    for (const flow of this.#unanswered) return flow;
    for (const flow of this.#answered) return flow;
    return null;
  }

  #unlink(flow: Flow): void {
    const newest = this.#newest.get(flow.key);
    if (newest === flow) {
      if (flow.older === null) this.#newest.delete(flow.key);
      else this.#newest.set(flow.key, flow.older);
    } else {
      let newer = newest;
      while (newer !== undefined && newer.older !== flow) {
        newer = newer.older ?? undefined;
      }
      if (newer !== undefined) newer.older = flow.older;
    }
    flow.older = null;
  }
}
