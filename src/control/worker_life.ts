/**
 * The life of a worker, as the control plane sees it: whether it still runs, how
 * it was lost, and when it is gone.
 *
 * @module
 */
import { errorText, PassthruError } from "../errors.ts";
import { watchHeartbeat } from "./heartbeat.ts";
import { type FromWorker, fromWorker, type ToWorker } from "./messages.ts";
import type { LossKind, PlaneLoss } from "./plane.ts";
import { absence } from "./presence.ts";
import type { VitalSigns } from "./vital_signs.ts";

/** What a {@linkcode WorkerLife} needs beside its worker. */
export interface WorkerLifeOptions {
  /** What the worker tells of itself. */
  readonly signs: VitalSigns;
  /** Name of the lock that it holds as long as it lives. */
  readonly lock: string;
  /** How long its event loop may stand still now, in milliseconds. */
  readonly stallLimitMs: () => number;
  /** What it does right now, in words. */
  readonly doing: () => string;
  /** Takes what it says of its work. What this throws is the worker's fault. */
  readonly onMessage: (message: FromWorker) => void;
  /**
   * Hears that it serves no more. Called once.
   *
   * @param failure How it was lost; `null`: it was told to end.
   */
  readonly onEnd: (failure: PassthruError | null) => void;
  /** Hears that the worker holds nothing any more. Called once. */
  readonly onGone: () => void;
}

/** Ends a worker, and notices when it has ended otherwise or stands still. */
export class WorkerLife {
  /** Resolves when it is lost, and its connections with it. */
  readonly lost: Promise<PlaneLoss>;
  readonly #worker: Worker;
  readonly #options: WorkerLifeOptions;
  #ended = false;
  readonly #lost = Promise.withResolvers<PlaneLoss>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #waiting = new AbortController();
  readonly #stopWatching: () => void;

  /** Hears a worker from now on. */
  constructor(worker: Worker, options: WorkerLifeOptions) {
    const { signs, stallLimitMs, doing, onGone } = options;
    this.#worker = worker;
    this.#options = options;
    this.lost = this.#lost.promise;
    void this.#gone.promise.then(() => onGone());
    this.#stopWatching = watchHeartbeat(signs, {
      limitMs: stallLimitMs,
      onStall: (stoodMs) => {
        const seconds = (stoodMs / 1_000).toFixed(1);
        const error = `Its event loop is blocked for ${seconds} s: ${doing()}`;
        this.#lose("stalled", error);
      },
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

  /** Whether it serves no more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Sends it a message; it may be lost before it has said `loaded`. */
  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** Has the worker end. Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#end(null);
    this.#noLongerAwaited();
  }

  /** Whatever a worker sends, it harms nobody but itself. */
  #receive(data: unknown): void {
    const message = fromWorker(data);
    if (message === null) return this.#malformed("it is no message");
    if (message.kind === "present") return void this.#watchPresence();
    if (message.kind === "crashed") return this.#lose("crashed", message.stack);
    try {
      this.#options.onMessage(message);
    } catch (error) {
      this.#malformed(`"${message.kind}": ${errorText(error)}`);
    }
  }

  #malformed(why: string): void {
    this.#lose("crashed", `Cannot take the message of a worker: ${why}`);
  }

  async #watchPresence(): Promise<void> {
    const { lock } = this.#options;
    if (!await absence(lock, this.#waiting.signal)) return;
    this.#gone.resolve();
    this.#lose("ended", "It called self.close() or Deno.exit()");
  }

  #lose(kind: LossKind, error: string): void {
    if (this.#ended) return;
    const { signs } = this.#options;
    const { connections } = signs;
    signs.connections = 0;
    this.#end(
      new PassthruError(`A worker ${kind} at its start: ${error}`, {
        code: "worker_crashed",
        source: "internal",
      }),
    );
    // One that stands still is not gone before it moves on.
    if (kind !== "stalled") this.#noLongerAwaited();
    this.#lost.resolve({ kind, error, connections, gone: this.#gone.promise });
  }

  #end(failure: PassthruError | null): void {
    this.#ended = true;
    this.#stopWatching();
    this.#worker.terminate();
    this.#options.onEnd(failure);
  }

  #noLongerAwaited(): void {
    this.#waiting.abort();
    this.#gone.resolve();
  }
}
