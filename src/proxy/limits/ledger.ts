/**
 * The memory that limits are counted in, as the control plane keeps it.
 *
 * @module
 */
import type { LimitsPlan, Plan } from "../../config/plan.ts";
import { clientMemory, reclaimClients, slotsIn } from "./client_table.ts";

/** What one data plane counts in. Can be sent to a worker. */
export interface LimitMemory {
  /** Open connections of the process: one `Int32`. */
  readonly all: SharedArrayBuffer;
  /** The same of each listener, in the order of the Plan. */
  readonly listeners: readonly ListenerMemory[];
  /** Connections and arrivals by client; `null`: no listener asks for them. */
  readonly clients: SharedArrayBuffer | null;
  /**
   * What of it is this data plane's (`Int32`): of all, of each listener, of each
   * entry for a client.
   */
  readonly held: SharedArrayBuffer;
}

/** What the connections of a listener are counted in. */
export interface ListenerMemory {
  /** Its number in this process. */
  readonly id: number;
  /** Its open connections: one `Int32`. */
  readonly count: SharedArrayBuffer;
}

/**
 * Keeps the counts of a process. They outlive data planes and Plans: connections
 * of a generation that drains still count.
 */
export class LimitLedger {
  /** Open connections of the process: one `Int32`. */
  readonly all: SharedArrayBuffer = new SharedArrayBuffer(4);
  readonly #listeners = new Map<string, ListenerMemory>();
  #clients: SharedArrayBuffer | null = null;

  /** Memory for one more data plane of a Plan. */
  open(plan: Plan): LimitMemory {
    const countsClients = plan.listeners.some(({ limits }) =>
      isPerClient(limits)
    );
    const clients = countsClients ? this.#clients ??= clientMemory() : null;
    const listeners = plan.listeners.map(({ address }) =>
      this.#listener(address.text)
    );
    const slots = clients === null ? 0 : slotsIn(clients);
    const held = new SharedArrayBuffer(4 * (1 + listeners.length + slots));
    return { all: this.all, listeners, clients, held };
  }

  /**
   * Gives back what a data plane held that is gone, with its connections.
   * Idempotent; does nothing after an orderly end.
   */
  reclaim({ all, listeners, clients, held }: LimitMemory): void {
    const parts = heldParts(held, listeners.length);
    reclaimCount(all, parts.totals, 0);
    listeners.forEach(({ count }, i) =>
      reclaimCount(count, parts.totals, 1 + i)
    );
    if (clients !== null) reclaimClients(clients, parts.clients);
  }

  #listener(text: string): ListenerMemory {
    const known = this.#listeners.get(text);
    if (known !== undefined) return known;
    const count = new SharedArrayBuffer(4);
    const made = { id: this.#listeners.size, count };
    this.#listeners.set(text, made);
    return made;
  }
}

/** Whether limits ask for counts by client. */
export function isPerClient(limits: LimitsPlan): boolean {
  return limits.maxConnectionsPerIp !== undefined ||
    limits.maxNewPerSecondPerIp !== undefined;
}

/** What a data plane holds: of the totals, and of the entries for clients. */
export function heldParts(
  held: SharedArrayBuffer,
  listeners: number,
): { readonly totals: Int32Array; readonly clients: Int32Array } {
  const totals = 1 + listeners;
  return {
    totals: new Int32Array(held, 0, totals),
    clients: new Int32Array(held, 4 * totals),
  };
}

function reclaimCount(
  count: SharedArrayBuffer,
  held: Int32Array,
  place: number,
): void {
  Atomics.sub(new Int32Array(count), 0, Atomics.exchange(held, place, 0));
}
