/**
 * Who hears what a data plane does: the log, the metrics, the admin page.
 *
 * @module
 */
import type { Report } from "./report.ts";

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
  /** What it was identified by; `null`: not yet, or it is not kept. */
  readonly opening: KeptOpening | null;
  /** How its identification ended; `null`, or not there: nobody says so. */
  readonly detection?: DetectionEnd | null;
}

/** How an identification ended. */
export interface DetectionEnd {
  /** Bytes that were looked at, without a PROXY header. */
  readonly bytes: number;
  /** Why no byte was waited for any more; `null`: these decided. */
  readonly end: KeptOpening["end"];
}

/** The first bytes of a connection, kept to explain it. */
export interface KeptOpening {
  /** A copy of the bytes that were looked at, without a PROXY header. */
  readonly bytes: Uint8Array;
  /** Whether bytes are missing at the end, because there were too many. */
  readonly cut: boolean;
  /** Why no byte was waited for any more; `null`: these decided. */
  readonly end: "eof" | "full" | "deadline" | null;
}

/**
 * Keeps a copy of an opening.
 *
 * @param most Most bytes that are kept.
 * @returns `null`: there are none.
 */
export function keptOpening(
  bytes: Uint8Array,
  most: number,
  end: KeptOpening["end"],
): KeptOpening | null {
  if (bytes.length === 0) return null;
  return { bytes: bytes.slice(0, most), cut: bytes.length > most, end };
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
 * What a data plane tells, each call at once and from its own thread. It tells
 * of a connection with the same object each time. None may throw or wait. Nothing is told per byte: bytes of open connections are asked
 * for by whoever wants them.
 */
export interface Observer {
  /** Most bytes of an opening that are kept. Default: 0, none is. */
  readonly keepOpeningBytes?: number;
  /** A connection was let in. */
  opened?(listener: string, connection: OpenConnection): void;
  /** It is identified and its rule is known, or it never will be. */
  detected?(listener: string, connection: OpenConnection): void;
  /** A target was dialled for a connection. */
  dialled?(attempt: DialAttempt): void;
  /** A connection has ended; one that was not let in never was one: `null`. */
  closed?(report: Report, connection: OpenConnection | null): void;
  /** A listener could not accept. */
  acceptFailed?(listener: string, code: string): void;
}
