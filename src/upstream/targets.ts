/**
 * A data plane's targets: their upstreams, what is known of them, and the checks
 * that find it out.
 *
 * @module
 */
import type { ForwardPlan, Plan, TargetPlan } from "../config/plan.ts";
import { targetKey, targetText } from "../config/targets.ts";
import { Deadlines } from "../net/deadlines.ts";
import type { Logger } from "../observe/log.ts";
import type { DialAttempt } from "../observe/observer.ts";
import { headerOfAll } from "./check_opening.ts";
import {
  Connecting,
  type ConnectionToJoin,
  type ConnectOptions,
} from "./connect.ts";
import { dialTarget } from "./dial_target.ts";
import { EveryTarget } from "./every_target.ts";
import { FlowTargets } from "./flow_targets.ts";
import { type FoundTargets, placeWith } from "./found_targets.ts";
import { type CheckedTarget, HealthChecks } from "./health_checks.ts";
import { logHealth } from "./health_log.ts";
import { ServiceChecks } from "./service_checks.ts";
import { type HealthChange, TargetHealth } from "./target_health.ts";
import { TargetMemory, type TargetShare } from "./target_memory.ts";
import {
  type TargetTable,
  targetTable,
  type UpstreamPlace,
} from "./target_table.ts";
import { Upstream } from "./upstream.ts";

/** What {@linkcode Targets} needs. */
export interface TargetsOptions {
  /** What is shared with other data planes of the Plan. */
  readonly share: TargetShare;
  /** Gets a line when a target goes down or comes up. */
  readonly logger: Logger;
  /** The targets of services. Default: there is no answer yet. */
  readonly found?: readonly FoundTargets[];
  /** Hears of each dial for a connection. Default: nobody. */
  readonly onDial?: ((attempt: DialAttempt) => void) | undefined;
  /** Hears that there was no descriptor for a dial. Default: nobody. */
  readonly onScarce?: (() => void) | undefined;
  /** Where the timeouts of dials wait. Default: a wheel of their own. */
  readonly deadlines?: Deadlines;
}

/** All upstreams of a Plan. */
export class Targets {
  /** For what goes to all targets of a route, or of several. */
  readonly every: EveryTarget;
  /** For flows of datagrams, which are not dialled. */
  readonly flows: FlowTargets;
  readonly #table: TargetTable;
  readonly #memory: TargetMemory;
  readonly #health: TargetHealth;
  /** By the upstreams' numbers, as are the places. */
  readonly #upstreams: Upstream[];
  readonly #places: UpstreamPlace[];
  readonly #connects: ConnectOptions[];
  readonly #byRoute: ReadonlyMap<ForwardPlan, number>;
  /** By slot; those that a service does not use name the service. */
  readonly #targets: TargetPlan[];
  readonly #found = new Map<number, FoundTargets>();
  readonly #checks: HealthChecks;
  /** `null`: another plane checks, or it has not begun. */
  #serviceChecks: ServiceChecks | null = null;
  readonly #isChecker: boolean;
  readonly #logger: Logger;
  readonly #onDial: ((attempt: DialAttempt) => void) | undefined;
  readonly #onScarce: (() => void) | undefined;
  readonly #deadlines: Deadlines;

  /** Starts nothing yet. */
  constructor(plan: Plan, options: TargetsOptions) {
    const { share, logger, found = [], onDial } = options;
    this.#logger = logger;
    this.#onDial = onDial;
    this.#onScarce = options.onScarce;
    this.#deadlines = options.deadlines ?? new Deadlines();
    this.#table = targetTable(plan);
    this.#memory = new TargetMemory(this.#table, share);
    this.#health = new TargetHealth({
      memory: this.#memory,
      onChange: (change) => this.#log(change),
    });
    this.#targets = this.#table.slots.map(({ target }) => target);
    this.#places = this.#table.upstreams.map((place) =>
      place.route.targets[0]!.kind === "srv" ? placeWith(place, []) : place
    );
    this.#upstreams = this.#places.map((place) => this.#upstreamOf(place));
    this.#connects = this.#places.map((_, index) => this.#connectOf(index));
    this.#byRoute = new Map(
      this.#table.upstreams.map(({ route }, index) => [route, index]),
    );
    this.every = new EveryTarget({
      current: (route) => this.#places[this.#byRoute.get(route)!]!.route,
      onDial,
      deadlines: this.#deadlines,
    });
    this.flows = new FlowTargets({
      at: (route) => this.#connects[this.#byRoute.get(route)!]!,
      memory: this.#memory,
      onDial,
    });
    for (const one of found) this.update(one);
    // One of the planes checks for all. When it dies, the one that takes its row
    // takes this over too.
    this.#isChecker = share.row === 0;
    this.#checks = new HealthChecks(this.#isChecker ? this.#checked() : [], {
      dial: dialTarget,
      random: Math.random,
    });
  }

  /** Takes in the targets that a service has now. */
  update(found: FoundTargets): void {
    this.#found.set(found.service, found);
    const { slots } = this.#table.services[found.service]!;
    const { target: service, upstreams } = this.#table.slots[slots[0]!]!;
    const targets = found.targets ?? [];
    for (const slot of slots) this.#targets[slot] = service;
    for (const { slot, target } of targets) this.#targets[slot] = target;
    for (const index of upstreams) {
      const place = placeWith(this.#table.upstreams[index]!, targets);
      this.#places[index] = place;
      this.#upstreams[index] = this.#upstreamOf(place);
      this.#connects[index] = this.#connectOf(index);
    }
    this.#checkService(found);
  }

  /** Starts the active checks. */
  start(): void {
    this.#checks.start();
    if (!this.#isChecker) return;
    this.#serviceChecks = new ServiceChecks({
      dial: dialTarget,
      random: Math.random,
    });
    for (const found of this.#found.values()) this.#checkService(found);
  }

  /** Stops the active checks. */
  async stop(): Promise<void> {
    const checks = this.#serviceChecks;
    this.#serviceChecks = null;
    await Promise.all([this.#checks.stop(), checks?.stop()]);
  }

  /**
   * What joins a connection to a target.
   *
   * @param route Of the Plan.
   * @param connection The connection that wants a target.
   */
  connect(route: ForwardPlan, connection: ConnectionToJoin): Connecting {
    const index = this.#byRoute.get(route)!;
    return new Connecting(this.#connects[index]!, connection);
  }

  #connectOf(index: number): ConnectOptions {
    const { route, slots } = this.#places[index]!;
    return {
      route,
      upstream: this.#upstreams[index]!,
      memory: this.#memory,
      health: this.#health,
      dial: dialTarget,
      onDial: this.#onDial,
      onScarce: this.#onScarce,
      deadlines: this.#deadlines,
      none: slots.length > 0 ? undefined : this.#whyNone(index),
    };
  }

  #upstreamOf(place: UpstreamPlace): Upstream {
    const [memory, health] = [this.#memory, this.#health];
    return new Upstream(place, { memory, health, random: Math.random });
  }

  /** Why a service's upstream has no target. */
  #whyNone(index: number): string {
    const [slot] = this.#table.upstreams[index]!.slots;
    const { target } = this.#table.slots[slot!]!;
    const service = this.#table.services.findIndex(({ slots }) =>
      slots[0] === slot
    );
    const answered = (this.#found.get(service)?.targets ?? null) !== null;
    return `${targetText(target)}: ${
      answered ? "no target in the answer" : "no answer yet"
    }`;
  }

  #checked(): CheckedTarget[] {
    return this.#table.slots.flatMap(({ target }, slot) =>
      target.kind === "srv" ? [] : this.#checkedSlot(slot, target)
    );
  }

  /** What the checks of a slot are; nothing when there are none. */
  #checkedSlot(slot: number, target: TargetPlan): CheckedTarget[] {
    const { health, upstreams } = this.#table.slots[slot]!;
    const routes = upstreams.map((index) => this.#places[index]!.route);
    return health === null ? [] : [{
      target,
      health,
      sendProxy: headerOfAll(routes),
      onResult: (why: string | null) => this.#health.checked(slot, why, health),
    }];
  }

  #checkService({ service }: FoundTargets): void {
    for (const slot of this.#table.services[service]!.slots) {
      const target = this.#targets[slot]!;
      const checked = target.kind === "srv"
        ? []
        : this.#checkedSlot(slot, target);
      this.#serviceChecks?.set(slot, checked[0] ?? null, targetKey(target));
    }
  }

  #log(change: HealthChange): void {
    const { slot } = change;
    const { upstreams } = this.#table.slots[slot]!;
    logHealth(this.#logger, change, {
      target: this.#targets[slot]!,
      upstreams: upstreams.map((index) => this.#table.upstreams[index]!.name),
      left: upstreams.map((index) => this.#upstreams[index]!.up),
      connections: this.#memory.connections(slot),
    });
  }
}
