/**
 * The side of the worker that serves datagrams.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import type { Registry } from "../detect/registry.ts";
import { DatagramServer } from "../datagram/datagram_server.ts";
import { cachedNames } from "../datagram/name_cache.ts";
import { errorText } from "../errors.ts";
import { logReport } from "../observe/connection_log.ts";
import { Logger } from "../observe/log.ts";
import { stderrQueue, STOP_FLUSH_MS } from "../observe/stderr.ts";
import { DatagramObserving } from "./datagram_observing.ts";
import { keepBeating } from "./heartbeat.ts";
import type { ServeMessage, ToWorker } from "./messages.ts";
import { idCounter } from "./plane.ts";
import { bePresent } from "./presence.ts";
import type { Answer } from "./questions.ts";
import { VitalSigns } from "./vital_signs.ts";
import {
  CRASH_FLUSH_MS,
  reportCrash,
  type WorkerScope,
} from "./worker_scope.ts";

/** Serves what the control plane says, one Plan after the other. */
export function serveDatagramsInWorker(registry: Registry): void {
  const scope = globalThis as unknown as WorkerScope;
  const worker = new DatagramWorker(scope, registry);
  reportCrash(scope, () => worker.endLog(CRASH_FLUSH_MS));
  scope.onmessage = ({ data }) => worker.hear(data);
  scope.postMessage({ kind: "loaded" });
}

class DatagramWorker {
  readonly #scope: WorkerScope;
  readonly #registry: Registry;
  readonly #names = new Map<number, PromiseWithResolvers<string>>();
  #lastName = 0;
  #signs = new VitalSigns();
  #stopBeating: (() => void) | null = null;
  #logger: Logger | null = null;
  #server: DatagramServer | null = null;
  #observing: DatagramObserving | null = null;

  constructor(scope: WorkerScope, registry: Registry) {
    this.#scope = scope;
    this.#registry = registry;
  }

  async endLog(withinMs: number): Promise<void> {
    await this.#logger?.end(withinMs);
  }

  hear(data: ToWorker): void {
    switch (data.kind) {
      case "serve":
        return this.#serve(data);
      case "stop":
        return void this.#stop(data.drainMs);
      case "found":
        return this.#server?.update(data.found);
      case "resolved":
        return this.#resolved(data);
      case "ask": {
        const { number, question } = data;
        return this.#answer(number, this.#observing?.answer(question) ?? null);
      }
      case "count":
        this.#observing?.count();
        return this.#answer(data.number, null);
      case "log":
        return this.#logger?.setLevel(data.level);
      case "close":
        return this.#server?.close(data.reason);
    }
  }

  #serve(data: ServeMessage): void {
    const { plan, targets, limits, found = [] } = data;
    const isFirst = this.#server === null;
    const server = this.#server ??= this.#begin(data);
    this.#observe(data, server);
    try {
      this.#signs.during(
        "starting",
        () => server.serve(plan, { targets, limits, found }),
      );
      this.#logger!.configure(plan.log);
      this.#beat(plan);
      this.#scope.postMessage({ kind: "serving", bound: server.listeners });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const kind = isFirst ? "failed" : "not served";
      this.#scope.postMessage({ kind, message });
    }
  }

  /** What it has as long as it lives. */
  #begin(data: ServeMessage): DatagramServer {
    const { plan, ids, lock } = data;
    const signs = this.#signs = new VitalSigns(data.signs);
    this.#beat(plan);
    void bePresent(lock)
      .then(() => this.#scope.postMessage({ kind: "present" }));
    const logger = this.#logger = new Logger({
      ...plan.log,
      write: stderrQueue(),
    });
    return new DatagramServer({
      registry: this.#registry,
      logger,
      onReport: (report) => logReport(logger, report),
      onConnections: (open) => signs.connections = open,
      nextId: idCounter(ids),
      resolve: cachedNames((hostname) => this.#resolve(hostname)),
    });
  }

  /** Beats as often as the Plan that is served wants, and at once. */
  #beat({ stallTimeoutMs }: Plan): void {
    this.#stopBeating?.();
    this.#stopBeating = keepBeating(this.#signs, stallTimeoutMs);
    this.#signs.beat();
  }

  #observe(
    { plan, counting, observing }: ServeMessage,
    server: DatagramServer,
  ): void {
    this.#observing ??= new DatagramObserving(server, [this.#signs.observer]);
    this.#observing.follow(plan, {
      by: observing,
      onReports: (batch, dropped) =>
        this.#scope.postMessage({ kind: "reports", batch, dropped }),
      counting: counting !== true ? undefined : {
        ship: (counts) => this.#scope.postMessage({ kind: "counted", counts }),
        log: this.#logger!,
      },
    });
  }

  #answer(number: number, answer: Answer | null): void {
    this.#scope.postMessage({ kind: "answer", number, answer });
  }

  async #stop(drainMs: number | null): Promise<void> {
    const onQuiet = () => this.#scope.postMessage({ kind: "quiet" });
    const closed = await this.#server?.stop(drainMs, onQuiet) ?? 0;
    const connections = this.#observing?.end() ?? [];
    this.#scope.postMessage({ kind: "ended", connections });
    await this.endLog(STOP_FLUSH_MS.worker);
    this.#observing?.stopCounting();
    this.#scope.postMessage({ kind: "stopped", closed });
  }

  #resolve(hostname: string): Promise<string> {
    const number = ++this.#lastName;
    const asked = Promise.withResolvers<string>();
    this.#names.set(number, asked);
    this.#scope.postMessage({ kind: "resolve", number, hostname });
    return asked.promise;
  }

  #resolved(
    { number, address, error }: Extract<ToWorker, { kind: "resolved" }>,
  ): void {
    const asked = this.#names.get(number);
    this.#names.delete(number);
    if (address !== undefined) asked?.resolve(address);
    else asked?.reject(new Error(error ?? errorText("unknown")));
  }
}
