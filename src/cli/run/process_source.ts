/**
 * The process that serves, as the admin server sees it.
 *
 * @module
 */
import type {
  ConnectionDetail,
  ConnectionList,
  ConnectionQuery,
  DrainAnswer,
  LogSettings,
  State,
  Status,
} from "../../admin/api.ts";
import type {
  AdminSource,
  Changed,
  ReloadOutcome,
  ReportListener,
} from "../../admin/source.ts";
import type { Supervisor } from "../../control/supervisor.ts";
import type { LogLevel } from "../../observe/log.ts";
import type { ProcessFacts } from "../../observe/process_facts.ts";
import { stateOf } from "./admin_state.ts";
import { VERSION } from "../version.ts";
import type { ConfigServer } from "./reload.ts";
import type { StatusBoard } from "./status_board.ts";

/** What a {@linkcode ProcessSource} is made of. */
export interface ProcessParts {
  readonly supervisor: Supervisor;
  readonly server: ConfigServer;
  readonly board: StatusBoard;
  /** The config as given to `-c`. */
  readonly file: string;
  /** Begins to drain, unless that has begun. */
  readonly drain: () => void;
}

/** Puts what a process knows together for the admin server. */
export class ProcessSource implements AdminSource {
  readonly #process: ProcessParts;
  readonly #startedAt = Date.now();

  /** Makes a source; it asks for nothing yet. */
  constructor(process: ProcessParts) {
    this.#process = process;
  }

  get status(): Status {
    return this.#process.board.status;
  }

  get accepts(): boolean {
    return this.#process.supervisor.planes.states
      .some(({ state }) => state === "serving");
  }

  get changed(): Changed {
    const { generation } = this.#process.supervisor;
    return { status: this.status, generation, log: this.#log };
  }

  async state(): Promise<State> {
    const { supervisor, server, file } = this.#process;
    const counts = await supervisor.planes.counts();
    return stateOf({
      supervisor,
      plan: server.plan,
      file,
      history: server.history,
      traffic: counts.traffic(),
      status: this.status,
      log: this.#log,
      startedAt: this.#startedAt,
    });
  }

  async metrics(): Promise<string> {
    const counts = await this.#process.supervisor.planes.counts();
    return counts.prometheusText(this.facts);
  }

  findConnections(query: ConnectionQuery): Promise<ConnectionList> {
    return this.#process.supervisor.planes.desk.find(query);
  }

  async describeConnection(id: number): Promise<ConnectionDetail | null> {
    // It takes all detectors, and what explains them.
    const module = new URL(
      "../../admin/describe_connection.ts",
      import.meta.url,
    );
    const { describeConnection }:
      typeof import("../../admin/describe_connection.ts") = await import(
        module.href
      );
    return await describeConnection(this.#process.supervisor.planes.desk, id);
  }

  closeConnection(id: number): Promise<boolean> {
    return this.#process.supervisor.planes.desk.close(id);
  }

  watchReports(listener: ReportListener): () => void {
    return this.#process.supervisor.planes.reports.add(listener);
  }

  watchChanges(listener: (changed: Changed) => void): () => void {
    return this.#process.board.watch(() => listener(this.changed));
  }

  reload(): Promise<ReloadOutcome> {
    return this.#process.server.reload();
  }

  drain(): DrainAnswer {
    const { supervisor, server, drain } = this.#process;
    drain();
    return {
      connections: supervisor.planes.connections,
      drain_seconds: server.plan.drainTimeoutMs / 1_000,
    };
  }

  setLogLevel(level: LogLevel | null): LogSettings {
    const { supervisor, board } = this.#process;
    supervisor.planes.setLogLevel(level);
    board.changed();
    return this.#log;
  }

  get #log(): LogSettings {
    const { server, supervisor } = this.#process;
    const { level, format } = server.plan.log;
    return { level: supervisor.planes.logLevel ?? level, format };
  }

  /** What is known of the process, for its metrics. */
  get facts(): ProcessFacts {
    const { supervisor, server } = this.#process;
    const { reloads, lastReload, lastSuccessAt } = server.history;
    return {
      version: VERSION,
      deno: Deno.version.deno,
      startedAt: this.#startedAt,
      reloads: {
        ...reloads,
        lastOk: lastReload?.ok ?? true,
        lastOkAt: lastSuccessAt,
      },
      refusedFiles: server.history.served.refused,
      workers: supervisor.planes.states,
      crashes: supervisor.crashes,
      blocked: supervisor.blocked,
      targets: supervisor.targets,
      logLinesDropped: supervisor.planes.logLinesDropped,
    };
  }
}
