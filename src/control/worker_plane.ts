/**
 * A data plane in a worker that may reach nothing but the Plan's scopes.
 *
 * @module
 */
import { netScopes, socketScopes } from "../config/scopes.ts";
import { type CloseReason, PassthruError } from "../errors.ts";
import { moduleEntry } from "../modules/module_entry.ts";
import type { LogLevel } from "../observe/log.ts";
import type { CountSink } from "../observe/process_counts.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { PendingAnswers } from "./pending_answers.ts";
import type { Plane, PlaneMaker, PlaneMemory } from "./plane.ts";
import type { Answers, Question, QuestionOf } from "./questions.ts";
import { narrowedTo } from "./worker_permissions.ts";

/** How long a worker may take to answer, beyond the drain, in ms. */
const ANSWER_MS = 3_000;
/**
 * How long a worker may take to say whether it has closed a connection, in ms:
 * longer than for what is only shown, for it does it later all the same.
 */
const CLOSE_MS = 2_000;

/**
 * Makes data planes in workers of their own.
 *
 * @param plain The worker's module: it calls `serveInWorker`.
 * @param withModules The same for Plans with detector modules: its default
 * export takes them and calls `serveInWorker`.
 */
export function workerPlanes(plain: URL, withModules: URL = plain): PlaneMaker {
  return (plan, memory) => {
    const url = plan.modules.length === 0
      ? plain
      : moduleEntry(withModules, plan.modules);
    const worker = new Worker(url, {
      type: "module",
      name: "passthru",
      ...narrowedTo(workerNet(netScopes(plan)), socketScopes(plan)),
    });
    const active = new SharedArrayBuffer(4);
    const { process, targets, found = [], observed, counts } = memory;
    const limits = process.limits.open(plan);
    const { ids, hops } = process;
    return new WorkerPlane(worker, {
      serve: {
        kind: "serve",
        plan,
        ids,
        targets,
        hops,
        active,
        limits,
        found,
        observing: observed?.by,
        counting: counts !== undefined,
      },
      observed,
      ...(counts && { counts }),
      onGone: () => {
        process.limits.reclaim(limits);
        counts?.retire();
      },
    });
  };
}

/**
 * What a worker may reach: the scopes. Where the process itself has only a list,
 * the runtime does not let a worker have a block of addresses from it, not even
 * the same one; the worker then gets that list, and no more.
 */
function workerNet(scopes: string[]): string[] | "inherit" {
  const unlimited =
    Deno.permissions.querySync({ name: "net" }).state === "granted";
  return !unlimited && scopes.some((scope) => /^[\d.]+\//.test(scope))
    ? "inherit"
    : scopes;
}

type ServeMessage = Extract<ToWorker, { kind: "serve" }>;

/** What a {@linkcode WorkerPlane} needs beside its worker. */
interface WorkerPlaneOptions {
  /** What it is to serve, once it is loaded. */
  readonly serve: ServeMessage;
  /** Who hears of connections. */
  readonly observed: PlaneMemory["observed"];
  /** Takes what it counts. Default: it counts nothing. */
  readonly counts?: CountSink;
  /** Hears that the worker was ended, maybe with connections. */
  readonly onGone: () => void;
}

/** The control plane's side of a worker. */
class WorkerPlane implements Plane {
  readonly ready: Promise<void>;
  readonly crashed: Promise<string>;
  readonly quiet: Promise<void>;
  readonly #worker: Worker;
  #serve: ServeMessage;
  #loaded = false;
  #logLevel: LogLevel | null = null;
  readonly #onGone: () => void;
  readonly #observed: PlaneMemory["observed"];
  readonly #answers = new PendingAnswers();
  readonly #counts: CountSink | undefined;
  /** Who waits for what was counted; `null`: nobody. */
  #counted: PromiseWithResolvers<void> | null = null;
  readonly #active: Int32Array;
  readonly #ready = Promise.withResolvers<void>();
  readonly #crashed = Promise.withResolvers<string>();
  readonly #quiet = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<number>();

  constructor(worker: Worker, options: WorkerPlaneOptions) {
    const { serve, onGone, observed, counts } = options;
    this.#counts = counts;
    this.#worker = worker;
    this.#serve = serve;
    this.#onGone = onGone;
    this.#observed = observed;
    this.#active = new Int32Array(serve.active);
    this.ready = this.#ready.promise;
    this.crashed = this.#crashed.promise;
    this.quiet = this.#quiet.promise;
    // Whoever asks gets the rejection; not to ask is no error.
    this.ready.catch(() => {});
    worker.onmessage = ({ data }) => this.#hear(data as FromWorker);
    worker.onerror = (event) => {
      // The worker has ended; without this the process would, too.
      event.preventDefault();
      this.#die(`${event.message}\n    at ${event.filename}:${event.lineno}`);
    };
  }

  get connections(): number {
    return Atomics.load(this.#active, 0);
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  async stop(drainMs: number): Promise<number> {
    if (!this.#loaded) {
      // It would not hear of it, and has accepted nothing.
      this.#quiet.resolve();
      this.#end();
      return 0;
    }
    this.send({ kind: "stop", drainMs });
    // A worker that does not answer any more must not hold up the process.
    const quietTimer = setTimeout(() => this.#quiet.resolve(), ANSWER_MS);
    const timer = setTimeout(
      () => this.#stopped.resolve(this.connections),
      drainMs + ANSWER_MS,
    );
    const closed = await Promise.race([
      this.#stopped.promise,
      this.crashed.then(() => 0),
    ]);
    clearTimeout(timer);
    clearTimeout(quietTimer);
    this.#quiet.resolve();
    this.#end();
    return closed;
  }

  update(found: FoundTargets): void {
    if (this.#loaded) return this.send({ kind: "found", found });
    // What is sent before it is loaded may be lost.
    const others = (this.#serve.found ?? [])
      .filter(({ service }) => service !== found.service);
    this.#serve = { ...this.#serve, found: [...others, found] };
  }

  count(): Promise<void> {
    if (!this.#loaded || this.#counts === undefined) return Promise.resolve();
    if (this.#counted === null) {
      this.#counted = Promise.withResolvers();
      this.send({ kind: "count" });
    }
    return this.#counted.promise;
  }

  setLogLevel(level: LogLevel | null): void {
    this.#logLevel = level;
    if (this.#loaded) this.send({ kind: "log", level });
  }

  close(reason: CloseReason): void {
    this.send({ kind: "close", reason });
  }

  async ask<K extends Question["kind"]>(
    question: QuestionOf<K>,
  ): Promise<Answers[K] | null> {
    if (!this.#loaded || this.#serve.observing === undefined) return null;
    const answer = await this.#answers.ask(
      (number) => this.send({ kind: "ask", number, question }),
      question.kind === "close" ? CLOSE_MS : undefined,
    );
    return answer as Answers[K] | null;
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case "loaded":
        this.#loaded = true;
        this.send(this.#serve);
        if (this.#logLevel !== null) this.setLogLevel(this.#logLevel);
        return;
      case "serving":
        return this.#ready.resolve();
      case "answer":
        return this.#answers.settle(message.number, message.answer);
      case "reports":
        return this.#observed?.onReports(message.batch, message.dropped);
      case "ended":
        return this.#observed?.onEnded(message.connections);
      case "counted":
        return this.#counts?.add(message.counts);
      case "all counted":
        return this.#allCounted();
      case "quiet":
        return this.#quiet.resolve();
      case "stopped":
        return this.#stopped.resolve(message.closed);
      case "crashed":
        return this.#die(message.stack);
      case "failed":
        this.#end();
        this.#quiet.resolve();
        this.#stopped.resolve(0);
        this.#ready.reject(
          new PassthruError(message.message, {
            code: "bind_failed",
            source: "config",
          }),
        );
    }
  }

  #end(): void {
    this.#worker.terminate();
    this.#answers.end();
    this.#onGone();
    this.#allCounted();
  }

  #allCounted(): void {
    this.#counted?.resolve();
    this.#counted = null;
  }

  #die(stack: string): void {
    this.#end();
    Atomics.store(this.#active, 0, 0);
    this.#ready.reject(
      new PassthruError(`A worker crashed at its start: ${stack}`, {
        code: "worker_crashed",
        source: "internal",
      }),
    );
    this.#crashed.resolve(stack);
  }
}
