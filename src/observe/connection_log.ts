/**
 * The log line of a connection.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { LogFields, Logger, LogLevel } from "./log.ts";
import type { Report } from "./report.ts";
import { shownFacts } from "./shown_facts.ts";

/** Reasons that an operator should look at. */
const WARNINGS: ReadonlySet<CloseReason> = new Set<CloseReason>([
  "dial_failed",
  "loop",
  "target_reset",
]);

/** Reasons of a connection that its client ended before it was served. */
const GONE: ReadonlySet<CloseReason> = new Set<CloseReason>([
  "client_eof",
  "client_reset",
]);

/**
 * Writes the line of a connection that has ended. Of one that has sent nothing,
 * as the probes of load balancers and of Kubernetes do every few seconds, it is
 * a line for `debug`.
 */
export function logReport(logger: Logger, report: Report): void {
  const level = levelOf(report);
  if (logger.enabled(level)) {
    logger.log(level, "connection", reportFields(report));
  }
}

function levelOf(report: Report): LogLevel {
  if (report.reason === "internal_error") return "error";
  // Who floods a listener with limits must not flood the log as well.
  if (report.reason === "limit") return "debug";
  if (WARNINGS.has(report.reason)) return "warn";
  return isProbe(report) ? "debug" : "info";
}

/**
 * Whether a client has connected and gone without a byte that any detector was
 * asked about: behind a PROXY header, too.
 */
function isProbe({ reason, rule, verdicts }: Report): boolean {
  return GONE.has(reason) && rule === null && verdicts.length === 0;
}

/**
 * The fields of a connection's line, in their order. The names are a contract:
 * other tools read them.
 */
export function reportFields(report: Report): LogFields {
  const head: LogFields = {
    conn: report.id,
    client: report.client,
    proxy: report.proxy,
    listener: report.listener,
    protocol: report.protocol,
  };
  const tail: LogFields = {
    verdicts: report.verdicts.length > 0 ? report.verdicts.join("; ") : null,
    rule: report.rule,
    name: report.name,
    target: report.target,
    unique_id: report.uniqueId,
    retried: report.retried,
    bytes_up: report.bytesUp,
    bytes_down: report.bytesDown,
    detect_seconds: seconds(report.detectMs),
    dial_seconds: seconds(report.dialMs),
    duration_seconds: seconds(report.totalMs),
    reason: report.reason,
    with: report.with,
    error: report.error,
  };
  return { ...head, ...factFields(report, { ...head, ...tail }), ...tail };
}

/** The facts; one that is called as a field of ours gets the protocol's name. */
function factFields(
  { facts, protocol }: Report,
  ours: LogFields,
): LogFields {
  return Object.fromEntries(
    Object.entries(shownFacts(facts)).map(([fact, value]) => [
      fact in ours ? `${protocol?.toLowerCase()}_${fact}` : fact,
      value,
    ]),
  );
}

/** A duration in seconds, to the microsecond; `null` as it came. */
export function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000) / 1_000_000;
}
