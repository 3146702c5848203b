/**
 * The control plane's part in finding targets by DNS: all services of a Plan.
 * Data planes get what it found; they hold the permission for what `within`
 * names and for nothing else, whatever they are told.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import type { Plan } from "../config/plan.ts";
import type { Logger } from "../observe/log.ts";
import { type Ask, askOneOf } from "../upstream/discovery/dns_client.ts";
import { systemNameServers } from "../upstream/discovery/name_servers.ts";
import { ServiceDiscovery } from "../upstream/discovery/service_discovery.ts";
import type { WatchTiming } from "../upstream/discovery/srv_watch.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import { forbiddenBy } from "../upstream/own_addresses.ts";
import type { TargetBoard } from "../upstream/target_board.ts";

/** How long a start waits for the first answers, in ms. */
const FIRST_ANSWER_MS = 3_000;

/** What a {@linkcode TargetDiscovery} works with. */
export interface DiscoveryOptions {
  /** The Plan, its listeners with the addresses that they are bound to. */
  readonly plan: Pick<Plan, "listeners" | "resolver">;
  /** What the data planes of the Plan share. */
  readonly board: TargetBoard;
  readonly logger: Logger;
  /** Hears when the targets of a service have changed. */
  readonly onFound: (found: FoundTargets) => void;
  /** Default: the Plan's resolver, else the servers of the system. */
  readonly ask?: Ask;
  readonly timing?: WatchTiming;
}

/** Keeps up with the targets of all services of a Plan. */
export class TargetDiscovery {
  readonly #services: readonly ServiceDiscovery[];

  /**
   * Looks nothing up yet.
   *
   * @throws {PassthruError} `no_resolver`, when there is a service and no server
   * to ask.
   */
  constructor(options: DiscoveryOptions) {
    const { plan, board, ask } = options;
    const { services } = board.table;
    const resolver = services.length === 0 || ask !== undefined
      ? []
      : plan.resolver ?? systemNameServers();
    this.#services = services.map((place) =>
      new ServiceDiscovery({
        ...options,
        place,
        slots: board,
        ask: ask ?? askOneOf(resolver),
        forbidden: forbiddenBy(plan.listeners),
        random: Math.random,
      })
    );
  }

  /** The targets of all services now. */
  get found(): FoundTargets[] {
    return this.#services.map(({ found }) => found);
  }

  /** Takes over what is known of the services that another Plan has too. */
  adopt(other: TargetDiscovery): void {
    for (const service of this.#services) {
      const known = other.#services.find(({ key }) => key === service.key);
      if (known !== undefined) service.adopt(known);
    }
  }

  /** Starts to look up, and waits for the first answers, but not for long. */
  async start(): Promise<void> {
    if (this.#services.length === 0) return;
    const answers = this.#services.map((service) => service.start());
    const answered = new AbortController();
    await Promise.race([
      Promise.all(answers),
      delay(FIRST_ANSWER_MS, answered),
    ]);
    answered.abort();
  }

  /** Stops at once. Idempotent. */
  async stop(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.stop()));
  }
}
