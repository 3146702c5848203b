/**
 * What the admin API answers: a contract with the page, `top`, `status` and with
 * programs of others. Names are those of the log where the log has them; times
 * are in milliseconds since the epoch, durations in seconds, sizes in bytes.
 * Fields may be added; none is renamed or taken away.
 *
 * | Call | Answer |
 * |---|---|
 * | `GET /` | the page |
 * | `GET /healthz` | 200 while the process lives |
 * | `GET /readyz` | 200 while it accepts; 503 `starting`, `draining` or `no worker accepts` |
 * | `GET /metrics` | Prometheus' text format |
 * | `GET /api/state` | {@linkcode State}; with `?config=no` without the config's text |
 * | `GET /api/connections` | {@linkcode ConnectionList}, by {@linkcode ConnectionQuery} |
 * | `GET /api/connections/ID` | {@linkcode ConnectionDetail}; 404 |
 * | `GET /api/events` | server-sent events: {@linkcode Events} |
 * | `POST /api/reload` | {@linkcode ReloadAnswer}; 422 when the config is bad |
 * | `POST /api/drain` | 202 {@linkcode DrainAnswer}: as SIGTERM |
 * | `POST /api/connections/ID/close` | 200 `{"closed": ID}`; 404, also when its worker is busy for 2 s: it closes it later |
 * | `POST /api/log` | {@linkcode LogSettings}, by the same (`{"level": "debug"}`) |
 *
 * An error is {@linkcode ApiError} with the status 400 (bad parameter), 401 (no
 * token, or a wrong one), 403 (not from there), 404, 405 (with `Allow`), 413 (body
 * too large), 422 or 503 (no answer in time, too many readers of events). It is
 * HTTP/1.1; `http_server.ts` says how many connections there may be.
 *
 * Who may ask: a peer on loopback, anybody else with the token
 * (`Authorization: Bearer TOKEN`). What changes state wants the token, or from a
 * peer on loopback the header `Passthru-Admin: 1`, which no page of another
 * origin can send. `/healthz` and `/readyz` answer everybody, and `/`, which
 * holds no data, too. The `Host` header must be an IP address, `localhost` or the
 * name in `listen` or one of `hosts`: a page whose name is rebound to this address
 * is refused. `/healthz` and `/readyz` ask for none. Where a browser says which
 * origin a `POST` comes from, it must be the own one.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type {
  ConnectionList,
  ConnectionPhase,
  ConnectionQuery,
  ConnectionView,
} from "../observe/connection_view.ts";
import type { LogFormat, LogLevel } from "../observe/log.ts";
import type { ReportFacts } from "../observe/report.ts";

// Data planes make these, so they stand where those may look.
export type {
  ConnectionList,
  ConnectionPhase,
  ConnectionQuery,
  ConnectionView,
};

/** Whether connections are taken. */
export type Status = "starting" | "ready" | "draining";

/** What every counted thing has; totals are since the start of the process. */
export interface Traffic {
  /** Connections that are open. */
  readonly active: number;
  /** Connections so far, the open ones included. */
  readonly connections: number;
  /** Bytes from clients to targets, of open connections too. */
  readonly bytes_up: number;
  readonly bytes_down: number;
}

/** A rule, as `check` shows it. */
export interface RuleState {
  /** As reports have it: `TLS/SNI *.example.com`. */
  readonly rule: string;
  readonly name?: string;
  readonly action: "FORWARD" | "REJECT";
  /** The targets as the config spells them; empty when it rejects. */
  readonly targets: readonly string[];
  /** Connections that it decided about. */
  readonly connections: number;
}

/** A listener. */
export interface ListenerState extends Traffic {
  /** As the config spells it: `0.0.0.0:443`. */
  readonly listener: string;
  /** What it is bound to; other than `listener` where that has port 0. */
  readonly address: string;
  /** Not let in: limits, denied sources. */
  readonly refused: number;
  readonly rules: readonly RuleState[];
}

/** Traffic of what a detector matched. */
export interface ProtocolState extends Traffic {
  /** The detector, `SILENT`, or `unidentified`. */
  readonly protocol: string;
}

/** A target. */
export interface TargetState extends Traffic {
  /** As the config spells it; what DNS found for a service. */
  readonly target: string;
  /** The rules' upstreams that it belongs to, as the config spells them. */
  readonly upstreams: readonly string[];
  /**
   * Whether its checks pass and its last dial did not fail; `null`: it is not
   * checked, and its last dial did not fail.
   */
  readonly healthy: boolean | null;
  /** Why its last dial failed, in words; absent: it did not. */
  readonly failing?: string;
  /** More about why it is not healthy, or when it is tried again, in words. */
  readonly note?: string;
  readonly dials: number;
  readonly dial_errors: number;
}

/** A worker. */
export interface WorkerState {
  readonly generation: number;
  /** From 0, in its generation. */
  readonly worker: number;
  readonly state: "starting" | "serving" | "draining";
  readonly connections: number;
}

/** A generation that accepts no more: its config was replaced. */
export interface OldGenerationState {
  readonly generation: number;
  /** Connections that are open, which it goes on for. */
  readonly connections: number;
  /** Its workers that have some. */
  readonly workers: number;
  readonly replaced_at: number;
  /** When the rest is closed; `null`: never. */
  readonly closes_at: number | null;
}

/** Something that `check` says about the config. */
export interface ConfigNote {
  /** `cfg.jsonc:12:9`. */
  readonly place: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
}

/** How the last reload went. */
export interface ReloadState {
  readonly at: number;
  readonly ok: boolean;
  /** What was wrong, when it failed. */
  readonly error?: string;
  readonly notes: readonly ConfigNote[];
}

/** All that is known now, but for single connections. */
export interface State {
  readonly version: {
    readonly passthru: string;
    readonly deno: string;
    readonly v8: string;
  };
  readonly pid: number;
  readonly now: number;
  readonly started_at: number;
  readonly status: Status;
  /** The generation that accepts, from 1. */
  readonly generation: number;
  readonly workers: readonly WorkerState[];
  /** Those that accept no more, oldest first. */
  readonly old_generations: readonly OldGenerationState[];
  /** Workers that were lost so far: crashed, hung, or ended by themselves. */
  readonly crashes: number;
  /** Workers that hang and cannot be ended: their threads go on. */
  readonly blocked_workers: number;
  readonly config: {
    /** As given to `-c`. */
    readonly file: string;
    readonly loaded_at: number;
    /** The text that is served, comments and all; empty with `?config=no`. */
    readonly text: string;
    readonly notes: readonly ConfigNote[];
    /** `null`: there was none. */
    readonly last_reload: ReloadState | null;
  };
  readonly log: LogState;
  /** All listeners together. */
  readonly total: Traffic;
  readonly listeners: readonly ListenerState[];
  readonly protocols: readonly ProtocolState[];
  readonly targets: readonly TargetState[];
  /** Connections that ended so far, by how they ended. */
  readonly closed: Readonly<Partial<Record<CloseReason, number>>>;
}

/** What is logged. */
export interface LogSettings {
  readonly level: LogLevel;
  readonly format: LogFormat;
}

/** The log of all workers and of the process itself. */
export interface LogState extends LogSettings {
  /** Lines so far that were dropped because nobody read them in time. */
  readonly dropped: number;
}

/** What a detector said of a connection; as `explain --json` has it. */
export interface VerdictView {
  readonly detector: string;
  readonly verdict: "no" | "more" | "match" | "malformed";
  /** Offset of the byte that decided, from 0; `null`: only the end did. */
  readonly offset: number | null;
  /** That byte: `0x16`. */
  readonly byte: string | null;
  readonly facts?: ReportFacts;
  readonly why?: string;
  /** There when it would say so, but is not asked: another one has matched. */
  readonly counts?: false;
}

/** A rule that did not win, and the condition that failed. */
export interface LostRule {
  readonly rule: string;
  readonly word?: string;
  readonly wanted?: string;
  readonly negated?: true;
  readonly found?: string | number | boolean | readonly string[] | null;
}

/** Why a connection went where it went. */
export interface ConnectionDetail {
  readonly connection: ConnectionView;
  /** `null`: no byte came yet, or its opening was not kept. */
  readonly explanation: {
    /** Bytes that were looked at. */
    readonly bytes: number;
    readonly verdicts: readonly VerdictView[];
    readonly lost: readonly LostRule[];
    readonly notes: readonly string[];
    /** The same as `explain` prints it. */
    readonly text: string;
  } | null;
}

/** What `GET /api/events` sends, by the name of the event; data is JSON. */
export interface Events {
  /** Connections that have ended, oldest first. */
  readonly reports: readonly ConnectionView[];
  /** So many more ended than could be sent. */
  readonly dropped: { readonly count: number };
  /** Status, generation or log settings changed. */
  readonly changed: Pick<State, "status" | "generation"> & {
    readonly log: LogSettings;
  };
}

/** What became of a reload. */
export interface ReloadAnswer {
  readonly generation: number;
  /** In words; empty: nothing changed. */
  readonly changes: readonly string[];
}

/** What a drain begins with. */
export interface DrainAnswer {
  readonly connections: number;
  readonly drain_seconds: number;
}

/** What is answered when a call cannot be. */
export interface ApiError {
  /** What was wrong and what was expected, in words. */
  readonly error: string;
  /** Of a config that cannot be served. */
  readonly notes?: readonly ConfigNote[];
}
