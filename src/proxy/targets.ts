/**
 * A data plane's targets: their upstreams, what is known of them, and the checks
 * that find it out.
 *
 * @module
 */
import type { ForwardPlan, Plan } from "../config/plan.ts";
import { targetText } from "../config/targets.ts";
import type { Logger } from "../observe/log.ts";
import { Connecting, type ConnectionToJoin } from "./connect.ts";
import { dialTarget } from "./dial_target.ts";
import { HealthChecks } from "./health_checks.ts";
import { type HealthChange, TargetHealth } from "./target_health.ts";
import { TargetMemory, type TargetShare } from "./target_memory.ts";
import { type TargetTable, targetTable } from "./target_table.ts";
import { Upstream } from "./upstream.ts";

/** What {@linkcode Targets} needs. */
export interface TargetsOptions {
  /** What is shared with other data planes of the Plan. */
  readonly share: TargetShare;
  /** Gets a line when a target goes down or comes up. */
  readonly logger: Logger;
}

/** All upstreams of a Plan. */
export class Targets {
  readonly #table: TargetTable;
  readonly #memory: TargetMemory;
  readonly #health: TargetHealth;
  readonly #upstreams: readonly Upstream[];
  readonly #byRoute: ReadonlyMap<ForwardPlan, Upstream>;
  readonly #checks: HealthChecks;
  readonly #logger: Logger;

  /** Starts nothing yet. */
  constructor(plan: Plan, { share, logger }: TargetsOptions) {
    this.#logger = logger;
    this.#table = targetTable(plan);
    this.#memory = new TargetMemory(this.#table, share);
    this.#health = new TargetHealth({
      memory: this.#memory,
      onChange: (change) => this.#log(change),
    });
    const { random } = Math;
    const [memory, health] = [this.#memory, this.#health];
    const { upstreams } = this.#table;
    this.#upstreams = upstreams.map((place) =>
      new Upstream(place, { memory, health, random })
    );
    this.#byRoute = new Map(
      upstreams.map(({ route }, i) => [route, this.#upstreams[i]!]),
    );
    // One of the planes checks for all. When it dies, the one that takes its row
    // takes this over too.
    this.#checks = new HealthChecks(share.row === 0 ? this.#checked() : [], {
      dial: dialTarget,
      random,
    });
  }

  /** Starts the active checks. */
  start(): void {
    this.#checks.start();
  }

  /** Stops the active checks. */
  async stop(): Promise<void> {
    await this.#checks.stop();
  }

  /**
   * What joins a connection to a target.
   *
   * @param route Of the Plan.
   * @param connection The connection that wants a target.
   */
  connect(route: ForwardPlan, connection: ConnectionToJoin): Connecting {
    return new Connecting({
      route,
      upstream: this.#byRoute.get(route)!,
      memory: this.#memory,
      health: this.#health,
      dial: dialTarget,
      connection,
    });
  }

  #checked() {
    return this.#table.slots.flatMap(({ target, health }, slot) =>
      health === null ? [] : [{
        target,
        health,
        onResult: (why: string | null) =>
          this.#health.checked(slot, why, health),
      }]
    );
  }

  #log({ slot, up, why, retryMs }: HealthChange): void {
    const { target, upstreams } = this.#table.slots[slot]!;
    const names = upstreams.map((index) => this.#table.upstreams[index]!.name);
    const left = upstreams.map((index) => this.#upstreams[index]!.up);
    this.#logger.log(
      up ? "info" : "warn",
      up ? "target up" : "target down",
      {
        target: targetText(target),
        upstream: [...new Set(names)].join("; "),
        why,
        targets_up: Math.min(...left),
        connections: this.#memory.connections(slot),
        retry_seconds: retryMs === undefined ? undefined : retryMs / 1_000,
      },
    );
  }
}
