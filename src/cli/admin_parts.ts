/**
 * What the admin API asks the data planes for: counts, single connections and the
 * level of the log.
 *
 * @module
 */
import type {
  ConnectionDetail,
  ConnectionList,
  ConnectionQuery,
  ListenerState,
  ProtocolState,
  State,
  TargetState,
  Traffic,
} from "../admin/api.ts";
import type { ReportListener } from "../admin/source.ts";
import type { LogLevel } from "../observe/log.ts";

/** What is known of the process beside what data planes count. */
export interface ProcessFacts {
  /** passthru's. */
  readonly version: string;
  /** Deno's. */
  readonly deno: string;
  /** Times in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Reloads so far, and how the last load of the config went. */
  readonly reloads: {
    readonly ok: number;
    readonly failed: number;
    readonly lastOk: boolean;
    readonly lastOkAt: number;
  };
  readonly workers: State["workers"];
  readonly crashes: number;
  readonly targets: readonly Pick<TargetState, "target" | "healthy">[];
}

/** What was counted. */
export interface CountedTraffic {
  readonly total: Traffic;
  readonly listeners: readonly (
    & Traffic
    & Pick<ListenerState, "listener" | "refused">
  )[];
  readonly protocols: readonly ProtocolState[];
  readonly targets: readonly (
    & Traffic
    & Pick<TargetState, "target" | "dials" | "dial_errors">
  )[];
  readonly rules: readonly {
    readonly listener: string;
    readonly rule: string;
    readonly connections: number;
  }[];
  readonly closed: State["closed"];
}

/** Counts of all data planes. */
export interface AllCounts {
  traffic(): CountedTraffic;
  prometheusText(process: ProcessFacts): string;
}

/** What the data planes of a process answer together. */
export interface AdminParts {
  /** What was counted until now. */
  counts(): Promise<AllCounts>;
  findConnections(query: ConnectionQuery): Promise<ConnectionList>;
  describeConnection(id: number): Promise<ConnectionDetail | null>;
  closeConnection(id: number): Promise<boolean>;
  watchReports(listener: ReportListener): () => void;
  /** What {@linkcode AdminParts.setLogLevel} set last. */
  readonly logLevel: LogLevel | null;
  /** In all data planes; `null`: what the config says. */
  setLogLevel(level: LogLevel | null): void;
}

/** Data planes that know nothing. */
export function noParts(): AdminParts {
  let logLevel: LogLevel | null = null;
  return {
    counts: () => Promise.resolve({ traffic: noTraffic, prometheusText }),
    findConnections: () => Promise.resolve({ matched: 0, connections: [] }),
    describeConnection: () => Promise.resolve(null),
    closeConnection: () => Promise.resolve(false),
    watchReports: () => () => {},
    get logLevel() {
      return logLevel;
    },
    setLogLevel: (level) => {
      logLevel = level;
    },
  };
}

function noTraffic(): CountedTraffic {
  return {
    total: { active: 0, connections: 0, bytes_up: 0, bytes_down: 0 },
    listeners: [],
    protocols: [],
    targets: [],
    rules: [],
    closed: {},
  };
}

function prometheusText({ version, deno }: ProcessFacts): string {
  return `# HELP passthru_build_info Versions, as labels; always 1
# TYPE passthru_build_info gauge
passthru_build_info{version="${version}",deno="${deno}"} 1
`;
}
