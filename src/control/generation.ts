/**
 * The data planes of one Plan.
 *
 * Longer than 250 lines: data planes are started, replaced, asked and drained in
 * one set, and each of that depends on how far the others have come.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { isUnix } from "../config/unix_address.ts";
import type { Transport } from "../detect/detector.ts";
import type { CloseReason, PassthruError } from "../errors.ts";
import type { KeptConnection } from "../observe/connection_book.ts";
import type { Logger, LogLevel } from "../observe/log.ts";
import type { ProcessCounts } from "../observe/process_counts.ts";
import type { BoundListener } from "../proxy/bind.ts";
import { leaveSpread, spreadMemory } from "../proxy/spread.ts";
import { TargetBoard } from "../upstream/target_board.ts";
import type { TargetState } from "../upstream/target_state.ts";
import type { WorkerName } from "./blocked_workers.ts";
import type { DescriptorReserve } from "./descriptor_reserve.ts";
import { foundNames, planNames } from "./plan_names.ts";
import type { Plane, PlaneLoss, PlaneMaker, PlaneMemory } from "./plane.ts";
import type { PlaneState } from "./plane_state.ts";
import type { ProcessMemory } from "./process_memory.ts";
import type { Answers, Question, QuestionOf } from "./questions.ts";
import { Replacements } from "./replacements.ts";
import type { ReportWatch } from "./report_watch.ts";
import { TargetDiscovery } from "./target_discovery.ts";

/** What a {@linkcode Generation} needs. */
export interface GenerationOptions {
  /** 1 for the first Plan of the process, one more at each reload. */
  readonly number: number;
  /** The Plan, its listeners with the ports that they have. */
  readonly plan: Plan;
  /** How many data planes. */
  readonly size: number;
  /** What its listeners are for. Default: `tcp`. */
  readonly transport?: Transport;
  readonly memory: ProcessMemory;
  /** The generation that this one takes over from; `null`: it is the first. */
  readonly before: Generation | null;
  readonly makePlane: PlaneMaker;
  /** Where the descriptors of a replacement come from. Default: none are kept. */
  readonly reserve?: Pick<DescriptorReserve, "claim"> | undefined;
  /** Where reports go; not there: nobody asks about connections. */
  readonly watch?: ReportWatch | undefined;
  readonly logger: Logger;
  /** Hears of each data plane that is lost. Default: nobody. */
  readonly onLoss?: (worker: WorkerName, loss: PlaneLoss) => void;
  /** Adds up what the data planes count. Default: they do not. */
  readonly counts?: ProcessCounts | undefined;
  /** Hears that losses do not end: no data plane is replaced any more. */
  readonly onCrashLoop: (error: PassthruError) => void;
}

/** Starts the data planes of a Plan, replaces those that are lost, drains them. */
export class Generation {
  readonly #options: Omit<GenerationOptions, "before">;
  readonly #board: TargetBoard;
  readonly #spread: SharedArrayBuffer;
  readonly #discovery: TargetDiscovery;
  readonly #planes = new Set<Plane>();
  /** Which of the data planes each is, and whether it accepts. */
  readonly #places = new WeakMap<Plane, { row: number; serving: boolean }>();
  readonly #replacements: Replacements;
  #stopping = false;
  #logLevel: LogLevel | null = null;
  #quiet: Promise<unknown> = Promise.resolve();
  readonly #ended: KeptConnection[] = [];

  /**
   * Makes a generation; nothing is started yet.
   *
   * @throws {PassthruError} As {@linkcode TargetDiscovery}.
   */
  constructor(options: GenerationOptions) {
    // The one before is not held on to, nor are all those before it.
    const { before, ...own } = options;
    this.#options = own;
    this.#replacements = new Replacements({
      ...own,
      generation: own.number,
      sockets: own.plan.listeners.length,
      add: (row) => this.#add(row),
    });
    this.#board = new TargetBoard(options.plan, options.size);
    this.#spread = spreadMemory(options.size);
    // No client has to find out again which targets are down.
    if (before !== null) this.#board.adopt(before.#board);
    this.#discovery = new TargetDiscovery({
      plan: options.plan,
      board: this.#board,
      logger: options.logger,
      onFound: (found) => {
        for (const plane of this.#planes) plane.update(found);
        this.#expectCounts();
      },
    });
    if (before !== null) this.#discovery.adopt(before.#discovery);
  }

  /** 1 for the first Plan of the process, one more at each reload. */
  get number(): number {
    return this.#options.number;
  }

  /** What it serves. */
  get plan(): Plan {
    return this.#options.plan;
  }

  /** Connections that are open. */
  get connections(): number {
    let sum = 0;
    for (const plane of this.#planes) sum += plane.connections;
    return sum;
  }

  /** Listeners whose sockets its data planes alone hold. */
  get bound(): BoundListener[] {
    return [...this.#planes].flatMap(({ bound = [] }) => bound);
  }

  /** Its data planes, those that are lost and not replaced yet left out. */
  get planes(): PlaneState[] {
    const { number } = this.#options;
    return [...this.#planes].map((plane) => {
      const { row, serving } = this.#places.get(plane)!;
      const state = serving ? "serving" : "starting";
      return {
        generation: number,
        worker: row,
        state: this.#stopping ? "draining" as const : state,
        connections: plane.connections,
      } satisfies PlaneState;
    }).sort((a, b) => a.worker - b.worker);
  }

  /** What data planes that have drained remember of connections. */
  get ended(): readonly KeptConnection[] {
    return this.#ended;
  }

  /** What is known of its targets. */
  get targets(): TargetState[] {
    return this.#board.states(this.#discovery.found);
  }

  /**
   * Starts all data planes and waits until they accept.
   *
   * @throws {PassthruError} When one cannot. Others may have accepted meanwhile:
   * {@linkcode Generation.stop} lets those connections end.
   */
  async start(): Promise<void> {
    const { size, plan } = this.#options;
    const rows = Array.from({ length: size }, (_, row) => row);
    await this.#discovery.start();
    this.#expectCounts();
    // The first takes the paths of Unix sockets from who had them before, which
    // cannot be undone: when that is tried, nothing else is left to fail.
    const late = plan.listeners.some(({ address }) => isUnix(address));
    const others = rows.slice(late ? 1 : 0);
    await Promise.all(others.map((row) => this.#add(row)));
    if (late) await this.#add(0);
  }

  /** Has all that was counted added up. */
  async count(): Promise<void> {
    await Promise.all([...this.#planes].map((plane) => plane.count?.()));
  }

  /** Stops accepting and drains; as {@linkcode Plane.stop} for all. */
  async stop(drainMs: number | null): Promise<number> {
    this.#stopping = true;
    this.#replacements.stop();
    const undiscovered = this.#discovery.stop();
    const planes = [...this.#planes];
    this.#quiet = Promise.all(planes.map((plane) => plane.quiet));
    const closed = await Promise.all(planes.map(async (plane) => {
      const count = await plane.stop(drainMs);
      this.#planes.delete(plane);
      return count;
    }));
    await undiscovered;
    this.#options.counts?.forget(this);
    return closed.reduce((sum, count) => sum + count, 0);
  }

  /** Resolves when none accepts any more, after {@linkcode Generation.stop}. */
  async quiet(): Promise<void> {
    await this.#quiet;
  }

  /** Sets the level of the log of all data planes, of those to come too. */
  setLogLevel(level: LogLevel | null): void {
    this.#logLevel = level;
    for (const plane of this.#planes) plane.setLogLevel?.(level);
  }

  /** Closes all open connections now. */
  close(reason: CloseReason): void {
    for (const plane of this.#planes) plane.close(reason);
  }

  /** Asks all data planes: an answer for each, as {@linkcode Plane.ask}. */
  ask<K extends Question["kind"]>(
    question: QuestionOf<K>,
  ): Promise<Answers[K] | null>[] {
    return [...this.#planes].map((plane) => plane.ask<K>(question));
  }

  /** @param row Which of the data planes it is, from 0. */
  async #add(row: number): Promise<void> {
    const { makePlane, plan, memory, counts } = this.#options;
    const spread = { memory: this.#spread, row };
    const plane = makePlane(plan, {
      process: memory,
      targets: this.#board.share(row),
      spread,
      found: this.#discovery.found,
      observed: this.#observed(row),
      ...(counts && { counts: counts.sink() }),
    });
    plane.setLogLevel?.(this.#logLevel);
    this.#planes.add(plane);
    this.#places.set(plane, { row, serving: false });
    const started = plane.ready.then(() => true, () => false);
    void plane.lost.then(async (loss) => {
      this.#planes.delete(plane);
      this.#board.retire(row);
      leaveSpread(spread);
      // One that never came up is the business of who started it.
      if (await started) this.#replacements.lost(loss, row);
    });
    try {
      await plane.ready;
      this.#places.set(plane, { row, serving: true });
    } catch (error) {
      this.#planes.delete(plane);
      throw error;
    }
  }

  #observed(worker: number): PlaneMemory["observed"] {
    const { number: generation, watch } = this.#options;
    if (watch === undefined) return undefined;
    const { watchers, tell } = watch;
    return {
      by: { generation, worker, watchers },
      onReports: tell,
      onEnded: (connections) => this.#ended.push(...connections),
    };
  }

  /** Has the series of the targets that there are now. */
  #expectCounts(): void {
    const { counts, plan } = this.#options;
    if (this.#stopping || counts === undefined) return;
    const foundFor = foundNames(this.#board.table, this.#discovery.found);
    counts.expect(this, planNames(plan, foundFor));
  }
}
