/**
 * The control plane's side of a worker that serves: what it is told, and what it
 * answers.
 *
 * Longer than 250 lines: each message to it and each answer has some lines here.
 *
 * @module
 */
import { type CloseReason, errorText, PassthruError } from "../errors.ts";
import type { LogLevel } from "../observe/log.ts";
import type { CountSink } from "../observe/process_counts.ts";
import type { BoundListener } from "../proxy/bind.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import type { FromWorker, ServeMessage, ToWorker } from "./messages.ts";
import { PendingAnswers } from "./pending_answers.ts";
import type { Plane, PlaneLoss, PlaneMemory } from "./plane.ts";
import type { Answers, Question, QuestionOf } from "./questions.ts";
import type { VitalSigns } from "./vital_signs.ts";
import { WorkerLife } from "./worker_life.ts";

/** How long a worker may take to answer, beyond the drain, in ms. */
const ANSWER_MS = 3_000;
/**
 * How long a worker may take to say whether it has closed a connection, in ms:
 * longer than for what is only shown, for it does it later all the same.
 */
const CLOSE_MS = 2_000;
/** Longest timer that the runtime keeps, in ms; a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** How long a worker may take at least until it accepts, in ms. */
const START_MS = 30_000;

/** What a {@linkcode WorkerControl} needs beside its worker. */
export interface WorkerControlOptions {
  /** What it is to serve, once it is loaded. */
  readonly serve: ServeMessage;
  /** What the worker tells of itself. */
  readonly signs: VitalSigns;
  /** Who hears of connections. */
  readonly observed: PlaneMemory["observed"];
  /** Takes what it counts. Default: it counts nothing. */
  readonly counts?: CountSink;
  /** Looks names up for it. Default: it asks for none. */
  readonly resolve?: (hostname: string) => Promise<string>;
  /** Hears that the worker holds nothing any more. Called once. */
  readonly onGone: () => void;
}

/** Has a worker serve, and asks it. */
export class WorkerControl implements Plane {
  readonly ready: Promise<void>;
  readonly lost: Promise<PlaneLoss>;
  readonly quiet: Promise<void>;
  readonly #life: WorkerLife;
  readonly #options: WorkerControlOptions;
  #serve: ServeMessage;
  #observed: PlaneMemory["observed"];
  #counts: CountSink | undefined;
  #loaded = false;
  /** Of the Plan that it serves now; `null`: it serves none yet. */
  #stallTimeoutMs: number | null = null;
  #logLevel: LogLevel | null = null;
  readonly #answers = new PendingAnswers();
  /** Who waits for another Plan to be served; `null`: nobody. */
  #next: PromiseWithResolvers<void> | null = null;
  #bound: readonly BoundListener[] = [];
  readonly #ready = Promise.withResolvers<void>();
  readonly #quiet = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<number>();

  /** Waits for the worker to be loaded, and then has it serve. */
  constructor(worker: Worker, options: WorkerControlOptions) {
    const { serve, signs, onGone } = options;
    this.#options = options;
    this.#serve = serve;
    this.#observed = options.observed;
    this.#counts = options.counts;
    this.ready = this.#ready.promise;
    this.quiet = this.#quiet.promise;
    // Whoever asks gets the rejection; not to ask is no error.
    this.ready.catch(() => {});
    const { plan: { stallTimeoutMs, modules }, lock } = serve;
    const startMs = Math.max(stallTimeoutMs, START_MS);
    this.#life = new WorkerLife(worker, {
      signs,
      lock,
      stallLimitMs: () => this.#stallTimeoutMs ?? startMs,
      doing: () => signs.doing(modules.map(({ name }) => name)),
      onMessage: (message) => this.#hear(message),
      onEnd: (failure) => this.#end(failure),
      onGone,
    });
    this.lost = this.#life.lost;
  }

  get connections(): number {
    return this.#options.signs.connections;
  }

  get bound(): readonly BoundListener[] {
    return this.#bound;
  }

  /** What it serves, and its own for as long as it lives. */
  get serving(): ServeMessage {
    return this.#serve;
  }

  /**
   * Has it serve another Plan in place of the one before.
   *
   * @throws {PassthruError} `bind_failed`: it goes on as before.
   */
  async serveNext(
    serve: ServeMessage,
    { observed, counts }: Pick<WorkerControlOptions, "observed" | "counts">,
  ): Promise<void> {
    // What it says of the one before must not be taken for an answer to this.
    if (this.#loaded && this.#stallTimeoutMs === null) await this.ready;
    const before = [this.#serve, this.#observed, this.#counts] as const;
    this.#serve = serve;
    this.#observed = observed;
    // What it has sent before counts on there.
    this.#counts ??= counts;
    if (!this.#loaded) return await this.ready;
    this.#next = Promise.withResolvers();
    this.send(serve);
    try {
      await this.#next.promise;
    } catch (error) {
      [this.#serve, this.#observed, this.#counts] = before;
      throw error;
    }
  }

  send(message: ToWorker): void {
    this.#life.send(message);
  }

  async stop(drainMs: number | null): Promise<number> {
    if (!this.#loaded) {
      // It would not hear of it, and has accepted nothing.
      this.#quiet.resolve();
      this.#life.end();
      this.#ready.reject(stopped());
      return 0;
    }
    this.send({ kind: "stop", drainMs });
    // A worker that does not answer any more must not hold up the process.
    const quietTimer = setTimeout(() => this.#quiet.resolve(), ANSWER_MS);
    const timer = drainMs === null ? undefined : setTimeout(
      () => this.#stopped.resolve(this.connections),
      Math.min(drainMs + ANSWER_MS, LONGEST_TIMER_MS),
    );
    const closed = await Promise.race([
      this.#stopped.promise,
      this.lost.then(() => 0),
    ]);
    clearTimeout(timer);
    clearTimeout(quietTimer);
    this.#quiet.resolve();
    this.#life.end();
    return closed;
  }

  update(found: FoundTargets): void {
    if (this.#loaded) return this.send({ kind: "found", found });
    // What is sent before it is loaded may be lost.
    const others = (this.#serve.found ?? [])
      .filter(({ service }) => service !== found.service);
    this.#serve = { ...this.#serve, found: [...others, found] };
  }

  async count(): Promise<void> {
    if (!this.#loaded || this.#counts === undefined) return;
    await this.#answers.ask((number) => this.send({ kind: "count", number }));
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
        this.#stallTimeoutMs = this.#serve.plan.stallTimeoutMs;
        this.#bound = message.bound ?? [];
        this.#ready.resolve();
        this.#next?.resolve();
        return;
      case "not served":
        return this.#next?.reject(bindFailed(message.message));
      case "resolve":
        return this.#resolve(message);
      case "answer":
        return this.#answers.settle(message.number, message.answer);
      case "reports":
        return this.#observed?.onReports(message.batch, message.dropped);
      case "ended":
        return this.#observed?.onEnded(message.connections);
      case "counted":
        return this.#counts?.add(message.counts);
      case "quiet":
        return this.#quiet.resolve();
      case "stopped":
        return this.#stopped.resolve(message.closed);
      case "failed":
        return this.#fail(message.message);
    }
  }

  #fail(message: string): void {
    this.#life.end();
    this.#quiet.resolve();
    this.#stopped.resolve(0);
    this.#ready.reject(bindFailed(message));
  }

  #resolve(
    { number, hostname }: Extract<FromWorker, { kind: "resolve" }>,
  ): void {
    const answer = (found: { address?: string; error?: string }) =>
      this.#life.ended || this.send({ kind: "resolved", number, ...found });
    const { resolve } = this.#options;
    if (resolve === undefined) return;
    resolve(hostname).then(
      (address) => answer({ address }),
      (error) => answer({ error: errorText(error) }),
    );
  }

  #end(failure: PassthruError | null): void {
    if (failure !== null) {
      this.#ready.reject(failure);
      this.#next?.reject(failure);
    }
    this.#answers.end();
    this.#counts?.retire();
  }
}

function stopped(): PassthruError {
  return new PassthruError("A worker was stopped before it served", {
    code: "stopped",
    source: "internal",
  });
}

function bindFailed(message: string): PassthruError {
  return new PassthruError(message, { code: "bind_failed", source: "config" });
}
