/**
 * What the admin server needs from the process that it shows.
 *
 * @module
 */
import type { LogLevel } from "../observe/log.ts";
import type {
  ConfigNote,
  ConnectionDetail,
  ConnectionList,
  ConnectionQuery,
  ConnectionView,
  DrainAnswer,
  Events,
  LogSettings,
  ReloadAnswer,
  State,
  Status,
} from "./api.ts";

/** How a reload ended. */
export type ReloadOutcome =
  | { readonly ok: true; readonly answer: ReloadAnswer }
  | {
    readonly ok: false;
    /** What was wrong, in words. */
    readonly error: string;
    readonly notes: readonly ConfigNote[];
  };

/**
 * Hears of connections that have ended.
 *
 * @param batch Oldest first; may be empty.
 * @param dropped So many more ended than could be told.
 */
export type ReportListener = (
  batch: readonly ConnectionView[],
  dropped: number,
) => void;

/** What may change at any time and is told at once. */
export type Changed = Events["changed"];

/** The process, as the admin server sees it. */
export interface AdminSource {
  /** Whether connections are to be taken. */
  readonly status: Status;
  /** Whether there is anybody to take them. */
  readonly accepts: boolean;
  /** What `changed` would say now. */
  readonly changed: Changed;
  /** All that is known now. */
  state(): Promise<State>;
  /** The metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  /** The connections that fit. */
  findConnections(query: ConnectionQuery): Promise<ConnectionList>;
  /** All that is known of one; `null`: there is none with that number. */
  describeConnection(id: number): Promise<ConnectionDetail | null>;
  /**
   * Closes one.
   *
   * @returns Whether it was there and open. A worker that is busy for 2 seconds
   * cannot say so, and closes it later.
   */
  closeConnection(id: number): Promise<boolean>;
  /** Tells of connections as they end, until the function given is called. */
  watchReports(listener: ReportListener): () => void;
  /** Tells when {@linkcode AdminSource.changed} is another, as above. */
  watchChanges(listener: (changed: Changed) => void): () => void;
  /** Reads the config again, as SIGHUP does. Never rejects. */
  reload(): Promise<ReloadOutcome>;
  /** Begins to drain, as SIGTERM does; once more changes nothing. */
  drain(): DrainAnswer;
  /** Changes what is logged. @param level `null`: what the config says. */
  setLogLevel(level: LogLevel | null): LogSettings;
}
