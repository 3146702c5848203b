/**
 * The record of one connection: what the log prints, the metrics count and
 * `explain` shows.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";

/** What a detector learnt; the same shape as `Facts` of `detect/`. */
export type ReportFacts = Readonly<
  Record<string, string | number | boolean | readonly string[]>
>;

/** One connection, from accept to close. Immutable. */
export interface Report {
  /** Number of the connection in this process, from 1. */
  readonly id: number;
  /** When it was accepted, in milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** The listener, as the config spells it. */
  readonly listener: string;
  /** Address and port of the client, by the PROXY header where there was one. */
  readonly client: string;
  /** Address and port of the proxy that sent a PROXY header. */
  readonly proxy?: string;
  /** Name of the connection that a PROXY header brought or took along. */
  readonly uniqueId?: string;
  /** The detector that matched, or `SILENT`; `null`: none. */
  readonly protocol: string | null;
  /** What the detector learnt. */
  readonly facts: ReportFacts;
  /** The rule that decided, `CATCHALL/CATCHALL` for the server's own. */
  readonly rule: string | null;
  /** The label that the config gives the rule. */
  readonly name?: string;
  /**
   * The target that it was joined to, or the last one that was dialled when none
   * accepted, as the config spells it.
   */
  readonly target: string | null;
  /** The targets that got a connection that was for all of them, in words. */
  readonly sentTo?: string;
  /** Bytes from client to target. */
  readonly bytesUp: number;
  /** Bytes from target to client. */
  readonly bytesDown: number;
  /** Durations in milliseconds; `null`: it did not come to that. */
  readonly detectMs: number | null;
  /** Time to reach a target, in milliseconds; `null`: it did not come to that. */
  readonly dialMs: number | null;
  /** From accept to the close of both connections, in milliseconds. */
  readonly totalMs: number;
  /** How it ended. */
  readonly reason: CloseReason;
  /**
   * The targets that could not be dialled before, and why, in words; not there:
   * the first one accepted.
   */
  readonly retried?: string;
  /** What became of a connection that a rule rejects, other than its close. */
  readonly with?: string;
  /** What went wrong, in words, when something did. */
  readonly error?: string;
  /**
   * What each detector said that was asked, in words, when none matched:
   * `TLS: no`, `HTTP: malformed, ...`.
   */
  readonly verdicts: readonly string[];
}
