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
import type {
  ConnectionList,
  ConnectionPhase,
  ConnectionQuery,
  ConnectionView,
} from "../observe/connection_view.ts";
import type { ReportFacts } from "../observe/report.ts";
import type {
  ConfigNote,
  LogSettings,
  RefusedConfigFile,
  State,
} from "./api_state.ts";

export type * from "./api_state.ts";

// Data planes make these, so they stand where those may look.
export type {
  ConnectionList,
  ConnectionPhase,
  ConnectionQuery,
  ConnectionView,
};

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
  /** What else is to be said of the config. */
  readonly notes: readonly ConfigNote[];
  /** The files of includes with bounds that have errors. */
  readonly refused: readonly RefusedConfigFile[];
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
