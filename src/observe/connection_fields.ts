/**
 * The fields of a connection's log line that JSON and text share.
 *
 * @module
 */
import { LINE_HEAD, type LogLine } from "./log_line.ts";
import type { Report } from "./report.ts";
import { isShown } from "./shown_facts.ts";

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
  "up",
  "down",
  "took",
  "bytes_up",
  "bytes_down",
  "detect_seconds",
  "dial_seconds",
  "duration_seconds",
  "reason",
  "with",
  "error",
]);

/** What the detectors said, when none matched. */
export function putVerdicts(
  line: LogLine,
  verdicts: readonly string[],
): void {
  if (verdicts.length > 0) line.put("verdicts", verdicts.join("; "));
}

/** Bytes and durations. */
export function putFigures(line: LogLine, report: Report): void {
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
 *
 * @param end Facts that reach over this place of the line are left out and
 * counted, so that nothing that a client sends makes a line longer than the 4096
 * bytes of `pieceEnd`.
 */
export function putFacts(
  line: LogLine,
  { facts, protocol }: Report,
  end: number,
): void {
  let leftOut = 0;
  for (const fact in facts) {
    const value = facts[fact]!;
    if (!isShown(fact, value)) continue;
    const before = line.length;
    line.put(factName(fact, protocol), value);
    if (line.length <= end) continue;
    line.back(before);
    leftOut++;
  }
  if (leftOut > 0) line.put("left_out", leftOut);
}

/** The name under which a fact is logged. */
export function factName(fact: string, protocol: string | null): string {
  return OWN_NAMES.has(fact) ? `${protocol?.toLowerCase()}_${fact}` : fact;
}

/** A duration in seconds, to the microsecond; `null` as it came. */
export function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000) / 1_000_000;
}
