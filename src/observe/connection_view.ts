/**
 * A connection as the admin API shows it, open or ended.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import { seconds } from "./connection_fields.ts";
import type { Report, ReportFacts } from "./report.ts";
import { shownFacts } from "./shown_facts.ts";

/** Where a connection is in its way. */
export type ConnectionPhase =
  | "peeking"
  | "dialling"
  | "forwarding"
  | "rejecting"
  | "closed";

/** A connection, open or ended: its report, as far as it is known. */
export interface ConnectionView {
  readonly id: number;
  readonly phase: ConnectionPhase;
  readonly accepted_at: number;
  readonly client: string;
  /** The proxy that sent a PROXY header. */
  readonly proxy?: string;
  readonly unique_id?: string;
  readonly listener: string;
  readonly protocol: string | null;
  readonly facts: ReportFacts;
  readonly rule: string | null;
  readonly name?: string;
  readonly target: string | null;
  /** The targets that got a connection that was for all of them. */
  readonly sent_to?: string;
  readonly bytes_up: number;
  readonly bytes_down: number;
  readonly detect_seconds: number | null;
  readonly dial_seconds: number | null;
  /** Until now, or until it ended. */
  readonly duration_seconds: number;
  /** `null` while it is open. */
  readonly reason: CloseReason | null;
  readonly with?: string;
  readonly error?: string;
  readonly retried?: string;
  readonly generation: number;
  readonly worker: number;
}

/**
 * The query of `GET /api/connections`: `?state=live&protocol=TLS&q=example`. All
 * that is given must fit.
 */
export interface ConnectionQuery {
  /** Open ones, ended ones that are still remembered, or both. Default: `live`. */
  readonly state?: "live" | "recent" | "all";
  readonly listener?: string;
  /** A detector, `SILENT`, or `unidentified` for what none has matched. */
  readonly protocol?: string;
  readonly target?: string;
  readonly reason?: string;
  /** Words that must all occur somewhere in it, in any case of letters. */
  readonly q?: string;
  /** Default: `accepted_at`, newest first. Numbers: largest first. */
  readonly sort?:
    | "accepted_at"
    | "bytes"
    | "bytes_up"
    | "bytes_down"
    | "duration_seconds";
  /** Most that are answered, 1 to 1000. Default: 200. */
  readonly limit?: number;
}

/** Connections that a query asked for. */
export interface ConnectionList {
  /** How many fit; may be more than are given here. */
  readonly matched: number;
  readonly connections: readonly ConnectionView[];
}

/** What a view has that a report has not. */
export interface ViewPlace {
  readonly phase: ConnectionPhase;
  readonly generation: number;
  readonly worker: number;
}

/**
 * Makes a view, rounded and without what the log does not show either. The
 * reason of a connection that is open means nothing and is left out.
 */
export function toView(report: Report, place: ViewPlace): ConnectionView {
  const { proxy, uniqueId, name, sentTo, error, retried } = report;
  return {
    id: report.id,
    phase: place.phase,
    accepted_at: report.acceptedAt,
    client: report.client,
    ...(proxy === undefined ? {} : { proxy }),
    ...(uniqueId === undefined ? {} : { unique_id: uniqueId }),
    listener: report.listener,
    protocol: report.protocol,
    facts: shownFacts(report.facts),
    rule: report.rule,
    ...(name === undefined ? {} : { name }),
    target: report.target,
    ...(sentTo === undefined ? {} : { sent_to: sentTo }),
    bytes_up: report.bytesUp,
    bytes_down: report.bytesDown,
    detect_seconds: seconds(report.detectMs),
    dial_seconds: seconds(report.dialMs),
    duration_seconds: seconds(report.totalMs)!,
    reason: place.phase === "closed" ? report.reason : null,
    ...(report.with === undefined ? {} : { with: report.with }),
    ...(error === undefined ? {} : { error }),
    ...(retried === undefined ? {} : { retried }),
    generation: place.generation,
    worker: place.worker,
  };
}
