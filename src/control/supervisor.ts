/**
 * The control plane: holds the listening sockets, and lets one generation of
 * data planes take over from another.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { partOf } from "../config/routes.ts";
import { PassthruError } from "../errors.ts";
import type { BoundListener } from "../proxy/bind.ts";
import type { TargetState } from "../upstream/target_state.ts";
import { Anchors } from "./anchors.ts";
import { BlockedWorkers } from "./blocked_workers.ts";
import { DataPlanes } from "./data_planes.ts";
import type { Generation } from "./generation.ts";
import { GenerationMaker } from "./generation_maker.ts";
import { type OldGeneration, OldGenerations } from "./old_generations.ts";
import { planeCount } from "./plane_count.ts";
import { ProcessMemory } from "./process_memory.ts";
import { giveWhenBusy } from "./socket_handover.ts";
import type { SupervisorOptions } from "./supervisor_options.ts";

export type { SupervisorOptions };

/**
 * Serves a Plan, and then others.
 *
 * Every listening TCP socket is held here too ({@linkcode Anchors}), so that it
 * outlives the data planes that accept from it: what a crash or a reload leaves
 * in its queue is accepted by the next one.
 */
export class Supervisor {
  /** All data planes there are. */
  readonly planes: DataPlanes;
  readonly #options: SupervisorOptions;
  readonly #memory = new ProcessMemory();
  #anchors: Anchors | null = null;
  #generation: Generation | null = null;
  /** Serves datagrams; its worker outlives it. */
  #datagrams: Generation | null = null;
  /** Those that are about to take over. */
  #next: readonly Generation[] = [];
  #crashes = 0;
  #number = 0;
  /** Settles when the last {@linkcode Supervisor.serve} has; never rejects. */
  #serving: Promise<unknown> = Promise.resolve();
  #stopped = false;
  readonly #old: OldGenerations;
  readonly #blocked: BlockedWorkers;
  readonly #maker: GenerationMaker;

  /** Makes a supervisor that serves nothing yet. */
  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { logger, onFailure } = options;
    this.planes = new DataPlanes(() => this.#generations(), logger);
    this.#blocked = new BlockedWorkers({ logger, onTooMany: onFailure });
    this.#maker = new GenerationMaker({
      ...options,
      memory: this.#memory,
      watch: this.planes.reports,
      counts: this.planes.counted,
      onLoss: (worker, { gone }) => {
        this.#crashes++;
        this.#blocked.follow(worker, gone);
      },
    });
    this.#old = new OldGenerations({
      logger,
      onDrained: (generation) => this.planes.desk.remember(generation),
    });
  }

  /** The bound listeners, in the order of the Plan. */
  get listeners(): BoundListener[] {
    const bound = this.#datagrams?.bound ?? [];
    return [...this.#anchors?.bound ?? [], ...bound];
  }

  /** The number of the generation that accepts. */
  get generation(): number {
    return this.#number;
  }

  /** Generations that accept no more and still have connections. */
  get oldGenerations(): OldGeneration[] {
    return this.#old.states;
  }

  /** Workers that were given up and cannot be ended: they run on. */
  get blocked(): number {
    return this.#blocked.count;
  }

  /** Data planes that were lost so far. */
  get crashes(): number {
    return this.#crashes;
  }

  /** What is known of the targets of the Plan that is served. */
  get targets(): TargetState[] {
    return [this.#generation, this.#datagrams]
      .flatMap((one) => one?.targets ?? []);
  }

  /**
   * Serves a Plan in place of the one before, if any. The new generation accepts
   * before the old one stops; the old one's connections may go on for
   * `reloadTimeoutMs` of the new Plan.
   *
   * @throws {PassthruError} When a listener cannot be bound or a data plane
   * cannot start. What was served before is then served on as it was. One at a
   * time, in order; `stopped` once {@linkcode Supervisor.stop} was called.
   */
  serve(plan: Plan): Promise<void> {
    const served = this.#serving.then(() => this.#serveNow(plan));
    this.#serving = served.catch(() => {});
    return served;
  }

  async #serveNow(plan: Plan): Promise<void> {
    this.#checkStopped();
    const { reserve, cores } = this.#options;
    const sockets = plan.listeners.length;
    const datagramWorkers = partOf(plan, "udp").listeners.length > 0 ? 1 : 0;
    const workers = planeCount(plan, cores) + datagramWorkers;
    using _descriptors = reserve?.claim(workers, sockets);
    const before = this.#anchors;
    const tcp = partOf(plan, "tcp");
    const anchors = await Anchors.open(tcp.listeners, before);
    const { generation, datagrams } = await this.#made(plan, tcp, anchors);
    const next = this.#next = [
      generation,
      ...datagrams === null ? [] : [datagrams],
    ];
    for (const one of next) one.setLogLevel(this.planes.logLevel);
    try {
      // What serves datagrams takes over from itself, which is not undone.
      for (const one of next) await one.start();
      this.#checkStopped();
    } catch (error) {
      // Some of it may have accepted already; that is not cut off. Who comes
      // after the refusal is served as before.
      this.#next = [];
      for (const one of next) this.#old.drain(one, plan.drainTimeoutMs);
      await Promise.all(next.map((one) => one.quiet()));
      await anchors.close();
      throw error;
    }
    const old = [this.#generation, this.#datagrams]
      .filter((one) => one !== null);
    this.#next = [];
    this.#anchors = anchors;
    this.#generation = generation;
    this.#datagrams = datagrams;
    this.#number++;
    for (const one of old) this.#old.drain(one, plan.reloadTimeoutMs);
    // Who is told that the new Plan is served can rely on it.
    await Promise.all(old.map((one) => one.quiet()));
    await before?.close();
    this.#old.bound(plan.drainTimeoutMs);
    const { keeper } = this.#options;
    if (keeper !== undefined && tcp.listeners.length > 0) {
      const { ids } = this.#memory;
      giveWhenBusy(anchors, { ...this.#options, keeper, ids });
    }
    reserve?.start(this.#memory.room);
  }

  /** The generations of a Plan. @throws Without a socket that is left behind. */
  async #made(plan: Plan, tcp: Plan, anchors: Anchors) {
    const number = this.#number + 1;
    try {
      return {
        generation: this.#maker.make(
          { ...tcp, listeners: anchors.plans },
          { number, before: this.#generation },
        ),
        datagrams: this.#maker.makeDatagrams(plan, {
          number,
          before: this.#datagrams,
        }),
      };
    } catch (error) {
      await anchors.close();
      throw error;
    }
  }

  /**
   * Stops accepting and drains all generations.
   *
   * @param drainMs How long open connections may go on, in milliseconds.
   * @returns How many had to be closed.
   */
  async stop(drainMs: number): Promise<number> {
    this.#stopped = true;
    await this.#serving;
    const released = this.#anchors?.close();
    this.#anchors = null;
    const current = [this.#generation, this.#datagrams]
      .filter((one) => one !== null);
    this.#generation = null;
    this.#datagrams = null;
    for (const one of current) this.#old.drain(one, drainMs);
    const closed = await this.#old.end(drainMs);
    this.#blocked.stop();
    this.#options.reserve?.stop();
    await released;
    return closed;
  }

  /** Old ones that drain, the one that accepts, the one that takes over. */
  #generations(): Generation[] {
    return [
      ...this.#old.all,
      this.#generation,
      this.#datagrams,
      ...this.#next,
    ].filter((one) => one !== null);
  }

  #checkStopped(): void {
    if (!this.#stopped) return;
    throw new PassthruError("Cannot serve: passthru is stopping", {
      code: "stopped",
      source: "internal",
    });
  }
}
