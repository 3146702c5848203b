/**
 * The log line of a connection.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { Logger, LogLevel, LogLine } from "./log.ts";
import { LINE_HEAD } from "./log_line.ts";
import type { Report } from "./report.ts";
import { isShown } from "./shown_facts.ts";

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

/** Names of a line's own fields, which no fact may have. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  ...LINE_HEAD,
  "conn",
  "client",
  "proxy",
  "listener",
  "protocol",
  "left_out",
  "verdicts",
  "rule",
  "name",
  "target",
  "sent_to",
  "unique_id",
  "retried",
  "bytes_up",
  "bytes_down",
  "detect_seconds",
  "dial_seconds",
  "duration_seconds",
  "reason",
  "with",
  "error",
]);

/**
 * Facts that reach over this place of a line are left out, so that nothing that
 * a client sends makes a line longer than the 4096 bytes of `pieceEnd`.
 */
const FACTS_END = 2_048;
const FACTS_END_FOR_PEOPLE = 3_584;
/** Columns for people: `client=255.255.255.255:65535`, `protocol=POSTGRES`. */
const CLIENT_WIDTH = 28;
const PROTOCOL_WIDTH = 17;

/**
 * Writes the line of a connection that has ended. Of one that has sent nothing,
 * as the probes of load balancers and of Kubernetes do every few seconds, it is
 * a line for `debug`.
 *
 * The names of its fields are a contract: other tools read them.
 */
export function logReport(logger: Logger, report: Report): void {
  const level = levelOf(report);
  if (!logger.enabled(level)) return;
  logger.record({
    level,
    message: "connection",
    fill: (line) =>
      line.forPeople ? fillForPeople(line, report) : fill(line, report),
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
  putVerdicts(line, report);
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

/** What happened first; then what a client sent, which may be long. */
function fillForPeople(line: LogLine, report: Report): void {
  line.put("conn", report.id);
  line.put("client", report.client, CLIENT_WIDTH);
  line.put("proxy", report.proxy, CLIENT_WIDTH);
  line.put("listener", report.listener);
  line.put("protocol", report.protocol, PROTOCOL_WIDTH);
  line.put("rule", report.rule);
  line.put("name", report.name);
  line.put("target", report.target);
  line.put("sent_to", report.sentTo);
  line.put("reason", report.reason);
  line.put("with", report.with);
  line.put("error", report.error);
  line.put("retried", report.retried);
  putFacts(line, report, FACTS_END_FOR_PEOPLE);
  putVerdicts(line, report);
  line.aside();
  putFigures(line, report);
  line.put("unique_id", report.uniqueId);
}

function putVerdicts(line: LogLine, { verdicts }: Report): void {
  if (verdicts.length > 0) line.put("verdicts", verdicts.join("; "));
}

function putFigures(line: LogLine, report: Report): void {
  line.put("bytes_up", report.bytesUp);
  line.put("bytes_down", report.bytesDown);
  line.put("detect_seconds", seconds(report.detectMs));
  line.put("dial_seconds", seconds(report.dialMs));
  line.put("duration_seconds", seconds(report.totalMs));
}

/**
 * The facts; one that is called as a field of ours gets the protocol's name.
 * Header values, which rules may ask for, are not logged: they may be secret.
 * An empty list says nothing.
 */
function putFacts(
  line: LogLine,
  { facts, protocol }: Report,
  end: number,
): void {
  let leftOut = 0;
  for (const fact in facts) {
    const value = facts[fact]!;
    if (!isShown(fact, value)) continue;
    const name = OWN_NAMES.has(fact)
      ? `${protocol?.toLowerCase()}_${fact}`
      : fact;
    const before = line.length;
    line.put(name, value);
    if (line.length <= end) continue;
    line.back(before);
    leftOut++;
  }
  if (leftOut > 0) line.put("left_out", leftOut);
}

/** A duration in seconds, to the microsecond; `null` as it came. */
export function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000) / 1_000_000;
}
