/**
 * The report of a connection, of what its session has come to.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { Report } from "../observe/report.ts";
import type { ClientOrigin } from "./client_origin.ts";
import type { FanOut } from "./fan_out.ts";
import {
  type Outcome,
  type RouteDecision,
  UNDECIDED,
} from "./route_decision.ts";

/** How a connection ended, as far as it came. */
export interface Ending {
  readonly reason: CloseReason;
  readonly bytesUp?: number;
  readonly bytesDown?: number;
  readonly error?: string | undefined;
  readonly with?: string;
}

/** What there is to tell of a dial. */
interface Dialled {
  /** The target that was dialled last, as the config spells it. */
  readonly target: string | null;
  /** The dials that failed, in words; empty: none. */
  readonly failures: string;
}

/** What a session has come to; `null`: it did not come so far. */
export interface SessionState {
  readonly id: number;
  readonly acceptedAt: number;
  readonly listener: string;
  readonly origin: ClientOrigin;
  readonly outcome: Outcome | null;
  /** There while the connection is not identified. */
  readonly decision: RouteDecision | null;
  /** What dials its target, or the target that is joined. */
  readonly joining: Dialled | null;
  readonly fanOut: FanOut | null;
  readonly detectMs: number | null;
  readonly dialMs: number | null;
  readonly totalMs: number;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const NO_VERDICTS: readonly string[] = Object.freeze([]);

/** Makes the report of a connection that ends so. */
export function sessionReport(session: SessionState, ending: Ending): Report {
  const { origin, joining, fanOut } = session;
  const { protocol, facts, choice } = session.outcome ?? UNDECIDED;
  const { client, proxy, uniqueId } = origin.reported;
  const { failures: retried = "" } = joining ?? fanOut ?? {};
  const report: Writable<Report> = {
    id: session.id,
    acceptedAt: session.acceptedAt,
    listener: session.listener,
    client,
    protocol,
    facts,
    rule: choice?.rule ?? null,
    target: joining?.target ?? null,
    bytesUp: ending.bytesUp ?? 0,
    bytesDown: ending.bytesDown ?? 0,
    detectMs: session.detectMs,
    dialMs: session.dialMs,
    totalMs: session.totalMs,
    reason: ending.reason,
    verdicts: protocol === null ? session.decision!.verdicts : NO_VERDICTS,
  };
  if (proxy !== undefined) report.proxy = proxy;
  if (uniqueId !== undefined) report.uniqueId = uniqueId;
  if (choice?.route.name !== undefined) report.name = choice.route.name;
  if (ending.error !== undefined) report.error = ending.error;
  // What failed before a dial went well; else the error says it.
  if (retried !== "" && ending.reason !== "dial_failed") {
    report.retried = retried;
  }
  if (ending.with !== undefined) report.with = ending.with;
  const sentTo = fanOut?.sentTo;
  if (sentTo !== undefined) report.sentTo = sentTo;
  return Object.freeze(report);
}
