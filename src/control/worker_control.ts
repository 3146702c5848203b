/**
 * The control plane's side of a worker.
 *
 * Longer than 250 lines: what a worker says, what is asked of it and how
 * it ends change the same state.
 *
 * @module
 */
import { type CloseReason, errorText, PassthruError } from "../errors.ts";
import type { LogLevel } from "../observe/log.ts";
import type { CountSink } from "../observe/process_counts.ts";
import type { BoundListener } from "../proxy/bind.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import { watchHeartbeat } from "./heartbeat.ts";
import { type FromWorker, fromWorker, type ToWorker } from "./messages.ts";
import { PendingAnswers } from "./pending_answers.ts";
import type { LossKind, Plane, PlaneLoss, PlaneMemory } from "./plane.ts";
import { absence } from "./presence.ts";
import type { Answers, Question, QuestionOf } from "./questions.ts";
import type { VitalSigns } from "./vital_signs.ts";

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

type ServeMessage = Extract<ToWorker, { kind: "serve" }>;

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

/** Tells a worker what to do, and notices when it cannot any more. */
export class WorkerControl implements Plane {
  readonly ready: Promise<void>;
  readonly lost: Promise<PlaneLoss>;
  readonly quiet: Promise<void>;
  readonly #worker: Worker;
  #options: WorkerControlOptions;
  #serve: ServeMessage;
  #loaded = false;
  #serving = false;
  #ended = false;
  #logLevel: LogLevel | null = null;
  readonly #answers = new PendingAnswers();
  /** Who waits for another Plan to be served; `null`: nobody. */
  #next: PromiseWithResolvers<void> | null = null;
  #bound: readonly BoundListener[] = [];
  /** Who waits for what was counted; `null`: nobody. */
  #counted: PromiseWithResolvers<void> | null = null;
  readonly #ready = Promise.withResolvers<void>();
  readonly #lost = Promise.withResolvers<PlaneLoss>();
  readonly #quiet = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<number>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #waiting = new AbortController();
  readonly #stopWatching: () => void;

  /** Waits for the worker to be loaded, and then has it serve. */
  constructor(worker: Worker, options: WorkerControlOptions) {
    const { serve, signs, onGone } = options;
    this.#worker = worker;
    this.#options = options;
    this.#serve = serve;
    this.ready = this.#ready.promise;
    this.lost = this.#lost.promise;
    this.quiet = this.#quiet.promise;
    // Whoever asks gets the rejection; not to ask is no error.
    this.ready.catch(() => {});
    void this.#gone.promise.then(() => onGone());
    const { stallTimeoutMs } = serve.plan;
    this.#stopWatching = watchHeartbeat(signs, {
      limitMs: () =>
        this.#serving ? stallTimeoutMs : Math.max(stallTimeoutMs, START_MS),
      onStall: (stoodMs) => this.#stall(stoodMs),
    });
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onmessageerror = () => this.#malformed("it cannot be read");
    worker.onerror = (event) => {
      // The worker has ended; without this the process would, too.
      event.preventDefault();
      this.#gone.resolve();
      const { message, filename, lineno } = event;
      this.#lose("crashed", `${message}\n    at ${filename}:${lineno}`);
    };
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
    if (this.#loaded && !this.#serving) await this.ready;
    const before = [this.#serve, this.#options] as const;
    this.#serve = serve;
    this.#options = {
      ...this.#options,
      serve,
      observed,
      // What it has sent before counts on there.
      ...(this.#options.counts === undefined && counts && { counts }),
    };
    if (!this.#loaded) return await this.ready;
    this.#next = Promise.withResolvers();
    this.send(serve);
    this.#next.promise.catch(() => [this.#serve, this.#options] = before);
    await this.#next.promise;
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  async stop(drainMs: number | null): Promise<number> {
    if (!this.#loaded) {
      // It would not hear of it, and has accepted nothing.
      this.#quiet.resolve();
      this.#end();
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
    const { counts } = this.#options;
    if (!this.#loaded || counts === undefined) return Promise.resolve();
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

  /** Whatever a worker sends, it harms nobody but itself. */
  #receive(data: unknown): void {
    const message = fromWorker(data);
    if (message === null) return this.#malformed("it is no message");
    try {
      this.#hear(message);
    } catch (error) {
      this.#malformed(`"${message.kind}": ${errorText(error)}`);
    }
  }

  #malformed(why: string): void {
    this.#lose("crashed", `Cannot take the message of a worker: ${why}`);
  }

  #hear(message: FromWorker): void {
    const { observed, counts } = this.#options;
    switch (message.kind) {
      case "loaded":
        this.#loaded = true;
        this.send(this.#serve);
        if (this.#logLevel !== null) this.setLogLevel(this.#logLevel);
        return;
      case "present":
        void this.#watchPresence();
        return;
      case "serving":
        this.#serving = true;
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
        return observed?.onReports(message.batch, message.dropped);
      case "ended":
        return observed?.onEnded(message.connections);
      case "counted":
        return counts?.add(message.counts);
      case "all counted":
        return this.#allCounted();
      case "quiet":
        return this.#quiet.resolve();
      case "stopped":
        return this.#stopped.resolve(message.closed);
      case "crashed":
        return this.#lose("crashed", message.stack);
      case "failed":
        return this.#fail(message.message);
    }
  }

  async #watchPresence(): Promise<void> {
    if (!await absence(this.#serve.lock, this.#waiting.signal)) return;
    this.#gone.resolve();
    this.#lose("ended", "It called self.close() or Deno.exit()");
  }

  #stall(stoodMs: number): void {
    const { signs, serve } = this.#options;
    const names = serve.plan.modules.map(({ name }) => name);
    const seconds = (stoodMs / 1_000).toFixed(1);
    this.#lose(
      "stalled",
      `Its event loop is blocked for ${seconds} s: ${signs.doing(names)}`,
    );
  }

  #fail(message: string): void {
    this.#end();
    this.#quiet.resolve();
    this.#stopped.resolve(0);
    this.#ready.reject(bindFailed(message));
  }

  #resolve(
    { number, hostname }: Extract<FromWorker, { kind: "resolve" }>,
  ): void {
    const answer = (found: { address?: string; error?: string }) =>
      this.#ended || this.send({ kind: "resolved", number, ...found });
    const { resolve } = this.#options;
    if (resolve === undefined) return;
    resolve(hostname).then(
      (address) => answer({ address }),
      (error) => answer({ error: errorText(error) }),
    );
  }

  #lose(kind: LossKind, error: string): void {
    if (this.#ended) return;
    // One that stands still is not gone before it moves on.
    this.#end({ waits: kind === "stalled" });
    const { connections } = this;
    this.#options.signs.connections = 0;
    const failure = new PassthruError(
      `A worker ${kind} at its start: ${error}`,
      { code: "worker_crashed", source: "internal" },
    );
    this.#ready.reject(failure);
    this.#next?.reject(failure);
    this.#lost.resolve({ kind, error, connections, gone: this.#gone.promise });
  }

  /** Has the worker end. Idempotent. */
  #end({ waits = false } = {}): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopWatching();
    this.#worker.terminate();
    this.#answers.end();
    this.#allCounted();
    this.#options.counts?.retire();
    if (waits) return;
    this.#waiting.abort();
    this.#gone.resolve();
  }

  #allCounted(): void {
    this.#counted?.resolve();
    this.#counted = null;
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
