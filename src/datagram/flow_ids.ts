/**
 * What flows are known by beside the addresses of their clients.
 *
 * @module
 */

/** Most ids that are kept of one flow. */
export const MAX_IDS_PER_FLOW = 8;

/** Ids as texts, each of one flow. */
export class FlowIds<Flow> {
  readonly #flows = new Map<string, Flow>();
  readonly #ids = new Map<Flow, string[]>();

  /** How many ids there are. */
  get size(): number {
    return this.#flows.size;
  }

  /** The flow with an id; `null`: there is none. */
  get(id: string): Flow | null {
    return this.#flows.get(id) ?? null;
  }

  /**
   * Gives a flow an id. One that another flow has stays with that one, and of
   * many ids the first ones count.
   *
   * @returns Whether the id is new.
   */
  add(id: string, flow: Flow): boolean {
    if (this.#flows.has(id)) return false;
    const own = this.#ids.get(flow);
    if (own === undefined) this.#ids.set(flow, [id]);
    else if (own.length < MAX_IDS_PER_FLOW) own.push(id);
    else return false;
    this.#flows.set(id, flow);
    return true;
  }

  /** Takes all ids of a flow away. @returns Which they were. */
  forget(flow: Flow): readonly string[] {
    const ids = this.#ids.get(flow) ?? [];
    this.#ids.delete(flow);
    for (const id of ids) this.#flows.delete(id);
    return ids;
  }
}
