/**
 * What the admin API knows of the process, but for single connections. A contract
 * as that of `api.ts`, which has the calls.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { LogFormat, LogLevel } from "../observe/log.ts";

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

/** A file that the config includes. */
export interface ConfigText {
  /** The file, as places name it. */
  readonly file: string;
  readonly text: string;
}

/** An included file that is not used as it is, because of errors. */
export interface RefusedConfigFile {
  /** The file, as places name it. */
  readonly file: string;
  /** What of it is in use: its last good content, or nothing. */
  readonly in_use: "last_good" | "nothing";
  /** How many errors it has. */
  readonly errors: number;
  /** Why: the first of them. */
  readonly notes: readonly ConfigNote[];
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
    /** The files that it includes; empty with `?config=no`. */
    readonly included: readonly ConfigText[];
    /** Not more than are printed; the last one then says how many others there are. */
    readonly notes: readonly ConfigNote[];
    /** The files of includes with bounds that have errors. */
    readonly refused: readonly RefusedConfigFile[];
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
