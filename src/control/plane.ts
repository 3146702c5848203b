/**
 * A data plane: one Server, in this thread or in a worker of its own.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import type { CloseReason } from "../errors.ts";
import type { KeptConnection } from "../observe/connection_book.ts";
import type { LogLevel } from "../observe/log.ts";
import type { CountSink } from "../observe/process_counts.ts";
import type { ReportListener } from "../observe/report_batches.ts";
import type { BoundListener } from "../proxy/bind.ts";
import type { SpreadMemory } from "../proxy/spread.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import type { TargetShare } from "../upstream/target_memory.ts";
import type { ProcessMemory } from "./process_memory.ts";
import type { Answers, Question, QuestionOf } from "./questions.ts";
import type { Observing } from "./report_watch.ts";

/**
 * How a data plane is lost: `crashed` by something that nobody caught, `stalled`
 * for its event loop stood still, or it has `ended` itself.
 */
export type LossKind = "crashed" | "stalled" | "ended";

/** A data plane is lost: it serves no more, and was not told to stop. */
export interface PlaneLoss {
  readonly kind: LossKind;
  /** In words; the stack of what was thrown. */
  readonly error: string;
  /** Connections that were open, and are lost with it. */
  readonly connections: number;
  /**
   * Resolves when its thread is gone. The runtime cannot end a thread that runs
   * and does not come back to its event loop.
   */
  readonly gone: Promise<void>;
}

/** What the control plane does with a data plane, wherever it runs. */
export interface Plane {
  /** Resolves when it accepts; rejects when it cannot, or is stopped before. */
  readonly ready: Promise<void>;
  /** Resolves when it is lost, and its connections with it. */
  readonly lost: Promise<PlaneLoss>;
  /** Resolves when it accepts no more, after {@linkcode Plane.stop}. */
  readonly quiet: Promise<void>;
  /** Connections that are open. */
  readonly connections: number;
  /** Its listeners, if nobody else holds their sockets. Default: none. */
  readonly bound?: readonly BoundListener[];
  /**
   * Stops accepting and drains, then gives everything back.
   *
   * @param drainMs How long open connections may go on, in milliseconds; `null`:
   * as long as they last, or until {@linkcode Plane.close}.
   * @returns How many had to be closed.
   */
  stop(drainMs: number | null): Promise<number>;
  /**
   * Has what was counted added up. Resolves when it is, or when no answer comes
   * in time. Default: it counts nothing.
   */
  count?(): Promise<void>;
  /** Takes in the targets that a service has now. */
  update(found: FoundTargets): void;
  /**
   * Logs from this level on; `null`: from the one that the Plan says. Not there:
   * it writes to the control plane's logger.
   */
  setLogLevel?(level: LogLevel | null): void;
  /** Closes all open connections now. */
  close(reason: CloseReason): void;
  /** @returns `null` when no answer comes in time, or nobody observes it. */
  ask<K extends Question["kind"]>(
    question: QuestionOf<K>,
  ): Promise<Answers[K] | null>;
}

/** Memory that data planes share. */
export interface PlaneMemory {
  /** What outlives the Plan. */
  readonly process: ProcessMemory;
  /**
   * How many connections each data plane of the Plan has. Default: it is the only
   * one.
   */
  readonly spread?: SpreadMemory;
  /** What is known of the Plan's targets. */
  readonly targets: TargetShare;
  /** The targets of services now. Default: there are no services. */
  readonly found?: readonly FoundTargets[];
  /** Who asks about connections. Default: nobody does. */
  readonly observed?: {
    readonly by: Observing;
    /** Hears of connections that have ended, while somebody watches. */
    readonly onReports: ReportListener;
    /** Hears at the end of the data plane what it remembers. */
    readonly onEnded: (connections: readonly KeptConnection[]) => void;
  } | undefined;
  /** Takes what the data plane counts. Default: nothing is counted. */
  readonly counts?: CountSink;
}

/** Makes a data plane that serves a Plan. */
export type PlaneMaker = (plan: Plan, memory: PlaneMemory) => Plane;

/** Counts connections in memory that all data planes share. */
export function idCounter(ids: SharedArrayBuffer): () => number {
  const last = new Int32Array(ids);
  return () => (Atomics.add(last, 0, 1) + 1) >>> 0;
}
