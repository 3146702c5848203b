/**
 * The log line of a connection.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import { putFacts, putFigures, putVerdicts } from "./connection_fields.ts";
import { fillText } from "./connection_text.ts";
import type { Logger, LogLevel, LogLine } from "./log.ts";
import type { Report } from "./report.ts";

/** Facts of a line of JSON end here: see {@linkcode putFacts}. */
const FACTS_END = 2_048;

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

/** How the line of a connection is written. */
export interface ConnectionLogOptions {
  /** Whether there are several listeners, so that it says which. Default: yes. */
  readonly several?: boolean;
}

/**
 * Writes the line of a connection that has ended. Of one that has sent nothing,
 * as the probes of load balancers and of Kubernetes do every few seconds, it is
 * a line for `debug`.
 *
 * The names of its fields are a contract: other tools read them.
 */
export function logReport(
  logger: Logger,
  report: Report,
  { several = true }: ConnectionLogOptions = {},
): void {
  const level = levelOf(report);
  if (!logger.enabled(level)) return;
  logger.record({
    level,
    message: "connection",
    title: report.reason,
    fill: (line) => {
      if (!line.forPeople) fill(line, report);
      else fillText(line, report, { several, all: logger.enabled("debug") });
    },
    common: () => ({
      listener: report.listener,
      protocol: report.protocol,
      rule: report.rule,
      reason: report.reason,
    }),
  });
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

function fill(line: LogLine, report: Report): void {
  line.put("conn", report.id);
  line.put("client", report.client);
  line.put("proxy", report.proxy);
  line.put("listener", report.listener);
  line.put("protocol", report.protocol);
  putFacts(line, report, FACTS_END);
  putVerdicts(line, report.verdicts);
  line.put("rule", report.rule);
  line.put("name", report.name);
  line.put("target", report.target);
  line.put("sent_to", report.sentTo);
  line.put("unique_id", report.uniqueId);
  line.put("retried", report.retried);
  putFigures(line, report);
  line.put("reason", report.reason);
  line.put("with", report.with);
  line.put("error", report.error);
}
