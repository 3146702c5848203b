/**
 * Who may come in: the limits of a listener, in the order in which they are
 * checked.
 *
 * @module
 */
import { CidrSet } from "../../address/cidr.ts";
import { ipBytes } from "../../address/ip_address.ts";
import type { LimitsPlan, Plan } from "../../config/plan.ts";
import { clientKey } from "./client_key.ts";
import { ClientTable } from "./client_table.ts";
import { heldParts, isPerClient, type LimitMemory } from "./ledger.ts";
import { SharedCount } from "./shared_count.ts";

/** What a {@linkcode Gate} checks by. */
export interface GateOptions {
  readonly limits: LimitsPlan;
  /** Most open connections of the process; `null`: no limit. */
  readonly maxInAll: number | null;
  /** Number of the listener in this process. */
  readonly listener: number;
  /** Open connections of the process. */
  readonly all: SharedCount;
  /** Open connections of the listener. */
  readonly own: SharedCount;
  /** Connections by client; `null`: they are not counted. */
  readonly clients: ClientTable | null;
  /** The time in milliseconds, the same in all threads. Default: `Date.now`. */
  readonly now?: () => number;
}

/** The gates of a Plan's listeners, in their order. */
export function gatesOf(
  plan: Plan,
  memory: LimitMemory,
  options: Pick<GateOptions, "now"> = {},
): Gate[] {
  const { totals, clients } = heldParts(memory.held, memory.listeners.length);
  const all = new SharedCount(memory.all, totals, 0);
  const table = memory.clients === null
    ? null
    : new ClientTable(memory.clients, clients);
  return plan.listeners.map(({ limits }, index) => {
    const { id, count } = memory.listeners[index]!;
    return new Gate({
      ...options,
      limits,
      maxInAll: plan.maxConnections,
      listener: id,
      all,
      own: new SharedCount(count, totals, 1 + index),
      clients: isPerClient(limits) ? table : null,
    });
  });
}

/** The limits of one listener. */
export class Gate {
  readonly #options: GateOptions;
  readonly #now: () => number;
  readonly #allow: CidrSet | null;
  readonly #deny: CidrSet | null;
  /** Nothing asks for the client's address. */
  readonly #blind: boolean;

  constructor(options: GateOptions) {
    const { allow, deny } = options.limits;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#allow = allow === undefined ? null : new CidrSet(allow);
    this.#deny = deny === undefined ? null : new CidrSet(deny);
    this.#blind = this.#allow === null && this.#deny === null &&
      options.clients === null;
  }

  /** Counts a connection in the totals; says which limit it is over, or `null`. */
  enter(): string | null {
    const { all, own, limits, maxInAll } = this.#options;
    const { maxConnections } = limits;
    if (!own.take(maxConnections ?? Infinity)) {
      return `max_connections ${maxConnections} reached`;
    }
    if (all.take(maxInAll ?? Infinity)) return null;
    own.give();
    return `max_connections ${maxInAll} of all servers reached`;
  }

  /** Takes back {@linkcode Gate.enter}. */
  leave(): void {
    this.#options.own.give();
    this.#options.all.give();
  }

  /** The bytes of an address, where they are needed and it is one of IP. */
  bytesOf(address: string): Uint8Array | null {
    return this.#blind ? null : ipBytes(address);
  }

  /** Says which list keeps an address out, or `null`. Without one: `allow`. */
  screen(address: Uint8Array | null): string | null {
    if (address !== null && this.#deny?.has(address)) return "in deny";
    if (this.#allow === null) return null;
    return address !== null && this.#allow.has(address) ? null : "not in allow";
  }

  /**
   * Counts a connection of a client.
   *
   * @returns The entry of the table, which {@linkcode Gate.giveClient} wants
   * back; a text says which limit the client is over; `null`: it is not counted.
   */
  takeClient(address: Uint8Array | null): number | string | null {
    const { clients, limits, listener } = this.#options;
    if (clients === null || address === null) return null;
    const { maxConnectionsPerIp: most, maxNewPerSecondPerIp: rate } = limits;
    const key = clientKey(address, listener, clients.hashKey);
    const now = this.#now();
    const slot = clients.take(key, most ?? Infinity, now);
    if (slot === null) return `max_connections_per_ip ${most} reached`;
    if (rate === undefined || clients.arrive(slot, rate, now)) return slot;
    clients.give(slot);
    return `max_new_per_second_per_ip ${rate} reached`;
  }

  /** Takes back {@linkcode Gate.takeClient}. */
  giveClient(entry: number): void {
    this.#options.clients?.give(entry);
  }
}
