/**
 * The data planes for datagrams: one worker, which owns the sockets and outlives
 * Plans. Each Plan has a plane of its own, and only the last one has the worker.
 *
 * @module
 */
import {
  coverScopes,
  datagramScopes,
  EVERYWHERE,
} from "../config/datagram_scopes.ts";
import type { Plan } from "../config/plan.ts";
import type { CloseReason } from "../errors.ts";
import type { Logger, LogLevel } from "../observe/log.ts";
import type { BoundListener } from "../proxy/bind.ts";
import type { LimitMemory } from "../proxy/limits/ledger.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import { lookUpName } from "./name_lookup.ts";
import type { Plane, PlaneLoss, PlaneMaker, PlaneMemory } from "./plane.ts";
import type { Answers, Question, QuestionOf } from "./questions.ts";
import { VitalSigns } from "./vital_signs.ts";
import { WorkerControl } from "./worker_control.ts";
import { narrowedTo, workerNet } from "./worker_permissions.ts";

/** Makes data planes that share one worker. @param module The worker's. */
export function datagramPlanes(module: URL, logger: Logger): PlaneMaker {
  const owner = new WorkerOwner(module, logger);
  return (plan, memory) => new DatagramPlane(owner, plan, memory);
}

/** The worker, as long as it lives. */
interface Running {
  readonly control: WorkerControl;
  /** What it may reach. */
  readonly scopes: readonly string[];
  /** What its flows are counted in, of all Plans. */
  readonly limits: LimitMemory[];
}

/** Knows the worker, and which plane has it. */
class WorkerOwner {
  readonly #module: URL;
  readonly #logger: Logger;
  #running: Running | null = null;
  #lastNumber = 0;
  /** The plane that has it. */
  #holder: DatagramPlane | null = null;

  constructor(module: URL, logger: Logger) {
    this.#module = module;
    this.#logger = logger;
  }

  /** A number for one more plane: a later one takes the worker from it. */
  nextNumber(): number {
    return ++this.#lastNumber;
  }

  /** Whether a plane has the worker. */
  isHeldBy(plane: DatagramPlane): boolean {
    return this.#holder === plane;
  }

  /** A plane has the worker, unless a later one was there before. */
  hold(plane: DatagramPlane): void {
    if (this.#holder !== null && this.#holder.number > plane.number) return;
    this.#holder = plane;
  }

  /** The worker that starts for a plane; `null`: none, or a later one wants it. */
  startingFor({ number }: DatagramPlane): WorkerControl | null {
    return number === this.#lastNumber ? this.#running?.control ?? null : null;
  }

  /** Has the worker serve a Plan; makes one when there is none. */
  async serve(plane: DatagramPlane): Promise<WorkerControl> {
    const { plan, memory } = plane;
    const scopes = datagramScopes(plan);
    const running = this.#running;
    if (running !== null && !coverScopes(running.scopes, scopes)) {
      this.#logger.log("warn", "datagram worker replaced", {
        connections_lost: running.control.connections,
        why: "the config needs more of the network than it was given",
      });
      this.#running = null;
      await running.control.stop(0);
    }
    if (this.#running === null) return await this.#start(plane, scopes);
    const { control, limits } = this.#running;
    const serve = this.#message(plane, control.serving);
    const { observed, counts } = memory;
    await control.serveNext(serve, { observed, ...(counts && { counts }) });
    limits.push(serve.limits);
    return control;
  }

  /** The worker is gone. */
  forget(control: WorkerControl): void {
    if (this.#running?.control === control) this.#running = null;
  }

  async #start(
    plane: DatagramPlane,
    scopes: string[],
  ): Promise<WorkerControl> {
    const { process, observed, counts } = plane.memory;
    const worker = new Worker(this.#module, {
      type: "module",
      name: "passthru datagrams",
      ...narrowedTo(scopes.includes(EVERYWHERE) ? true : workerNet(scopes)),
    });
    const signs = new VitalSigns();
    const serve = this.#message(plane, {
      signs: signs.memory,
      lock: `passthru datagrams ${crypto.randomUUID()}`,
    });
    const limits = [serve.limits];
    const control = new WorkerControl(worker, {
      serve,
      observed,
      ...(counts && { counts }),
      signs,
      resolve: lookUpName,
      onGone: () => {
        for (const each of limits) process.limits.reclaim(each);
      },
    });
    this.#running = { control, scopes, limits };
    void control.lost.then(() => this.forget(control));
    try {
      await control.ready;
    } catch (error) {
      this.forget(control);
      throw error;
    }
    return control;
  }

  #message(
    { plan, memory }: DatagramPlane,
    { signs, lock }: { signs: SharedArrayBuffer; lock: string },
  ) {
    const { process, targets, found = [], observed, counts } = memory;
    return {
      kind: "serve" as const,
      plan,
      ids: process.ids,
      targets,
      signs,
      lock,
      limits: process.limits.open(plan),
      found,
      observing: observed?.by,
      counting: counts !== undefined,
    };
  }
}

/** The plane of one Plan. */
class DatagramPlane implements Plane {
  readonly plan: Plan;
  readonly memory: PlaneMemory;
  /** Planes that are made later have a higher one. */
  readonly number: number;
  readonly ready: Promise<void>;
  readonly lost: Promise<PlaneLoss>;
  readonly quiet: Promise<void>;
  readonly #owner: WorkerOwner;
  readonly #lost = Promise.withResolvers<PlaneLoss>();
  readonly #quiet = Promise.withResolvers<void>();
  #control: WorkerControl | null = null;
  #logLevel: LogLevel | null = null;

  constructor(owner: WorkerOwner, plan: Plan, memory: PlaneMemory) {
    this.plan = plan;
    this.memory = memory;
    this.#owner = owner;
    this.number = owner.nextNumber();
    this.lost = this.#lost.promise;
    this.quiet = this.#quiet.promise;
    this.ready = this.#start();
    this.ready.catch(() => {});
  }

  get connections(): number {
    return this.#own?.connections ?? 0;
  }

  get bound(): readonly BoundListener[] {
    return this.#own?.bound ?? [];
  }

  async stop(drainMs: number | null): Promise<number> {
    const control = this.#control === null
      ? this.#owner.startingFor(this)
      : this.#own;
    if (control === null) {
      this.#quiet.resolve();
      return 0;
    }
    void control.quiet.then(this.#quiet.resolve);
    const closed = await control.stop(drainMs);
    this.#owner.forget(control);
    this.#quiet.resolve();
    return closed;
  }

  update(found: FoundTargets): void {
    this.#own?.update(found);
  }

  async count(): Promise<void> {
    await this.#own?.count();
  }

  setLogLevel(level: LogLevel | null): void {
    this.#logLevel = level;
    this.#own?.setLogLevel(level);
  }

  close(reason: CloseReason): void {
    this.#own?.close(reason);
  }

  async ask<K extends Question["kind"]>(
    question: QuestionOf<K>,
  ): Promise<Answers[K] | null> {
    return await this.#own?.ask(question) ?? null;
  }

  /** The worker, unless a later plane has it. */
  get #own(): WorkerControl | null {
    return this.#owner.isHeldBy(this) ? this.#control : null;
  }

  async #start(): Promise<void> {
    const control = await this.#owner.serve(this);
    this.#control = control;
    this.#owner.hold(this);
    control.setLogLevel(this.#logLevel);
    void control.lost.then((loss) => {
      // Else it is the business of who has it now.
      if (this.#owner.isHeldBy(this)) this.#lost.resolve(loss);
    });
  }
}
