/**
 * Who hears what a data plane does: the log, the metrics, the admin page.
 *
 * @module
 */
import type { Detection } from "./detection.ts";
import type { Report } from "./report.ts";

export type { Detection } from "./detection.ts";

/** Where a connection is in its way. */
export type Phase = "peeking" | "dialling" | "forwarding" | "rejecting";

/** A connection that is open, as much as is known of it now. */
export interface OpenConnection {
  /** Its number in this process. */
  readonly id: number;
  /**
   * Small, and no other that is open in its data plane has it: what is kept of
   * it can be found by this. It stays the same from `opened` to `closed`.
   */
  readonly place: number;
  /** Where it is. */
  readonly phase: Phase;
  /** Its report, as if it ended now; the reason means nothing yet. */
  snapshot(): Report;
  /** Bytes up and down so far; cheaper than a snapshot. */
  readonly bytes: { readonly up: number; readonly down: number };
  /**
   * How its identification ended: it is identified and its rule is known, or it
   * never will be. `null`: not yet, or it broke before.
   */
  readonly detection: Detection | null;
}

/** An attempt to reach a target. */
export interface DialAttempt {
  /** As the config spells it, or as it was found. */
  readonly target: string;
  /** In milliseconds. */
  readonly ms: number;
  /** The error's code; not there when it went well. */
  readonly code?: string;
}

/**
 * What a data plane tells, each call at once and from its own thread. It tells of
 * a connection with the same object each time. None may throw or wait. Nothing is
 * told per byte: bytes of open connections are asked for by whoever wants them.
 */
export interface Observer {
  /** Most bytes of an opening that are kept. Default: 0, none is. */
  readonly keepOpeningBytes?: number;
  /** A connection was let in. */
  opened?(listener: string, connection: OpenConnection): void;
  /**
   * The opening of a connection is being looked at, which takes no step of the
   * event loop but may take long; 0: it is over.
   */
  looking?(id: number): void;
  /** A target was dialled for a connection. */
  dialled?(attempt: DialAttempt): void;
  /** A connection has ended; one that was not let in never was one: `null`. */
  closed?(report: Report, connection: OpenConnection | null): void;
  /** An accept failed: for a lack of ours, or since the client had gone. */
  acceptFailed?(listener: string, code: string): void;
}
