/**
 * The log line of a connection as people read it: its end, from where to where,
 * and by which rule, in 160 columns in the usual case.
 *
 * @module
 */
import {
  factName,
  putFacts,
  putFigures,
  putVerdicts,
} from "./connection_fields.ts";
import type { LogValue } from "./log_level.ts";
import type { LogLine } from "./log_line.ts";
import type { Report, ReportFacts } from "./report.ts";
import { isShown } from "./shown_facts.ts";

/** A fact that reaches over this column is left out. */
const COLUMNS = 160;
/** Facts that are never left out for that: what the client asks for. */
const ASKED_FOR: ReadonlySet<string> = new Set(["sni", "host"]);
/** Where nothing is left out for its length, facts end here all the same. */
const FACTS_END = 3_584;

/** How much the line says. */
export interface TextOptions {
  /** Whether there are several listeners, so that it says which. */
  readonly several: boolean;
  /** Whether it says all that JSON says. */
  readonly all: boolean;
}

/** Puts the fields of a connection into a line whose message is its reason. */
export function fillText(
  line: LogLine,
  report: Report,
  { several, all }: TextOptions,
): void {
  const { protocol, rule } = report;
  if (all) line.put("conn", report.id);
  line.put("client", report.client);
  line.put("proxy", report.proxy);
  if (several || all) line.put("listener", report.listener);
  if (all || !isOf(rule, protocol)) line.put("protocol", protocol);
  line.put("rule", rule);
  line.put("name", report.name);
  line.put("target", report.target);
  line.put("sent_to", report.sentTo);
  line.put("with", report.with);
  line.put("error", report.error);
  line.put("retried", report.retried);
  if (all) putAll(line, report);
  else putUsual(line, report);
}

function putAll(line: LogLine, report: Report): void {
  putFacts(line, report, FACTS_END);
  putVerdicts(line, report.verdicts);
  line.aside();
  putFigures(line, report);
  line.put("unique_id", report.uniqueId);
}

function putUsual(line: LogLine, report: Report): void {
  line.put("up", report.bytesUp);
  line.put("down", report.bytesDown);
  line.put("took", durationText(report.totalMs));
  putVerdicts(line, report.verdicts.filter((said) => !said.endsWith(": no")));
  line.put("unique_id", report.uniqueId);
  line.aside();
  const { facts, protocol, rule } = report;
  const others: string[] = [];
  for (const fact in facts) {
    const value = facts[fact]!;
    if (!isShown(fact, value) || isNamedBy(rule, value)) continue;
    if (ASKED_FOR.has(fact)) line.put(factName(fact, protocol), value);
    else others.push(fact);
  }
  // A line that is too long all the same has it: what went wrong is looked up.
  if (line.columns > COLUMNS) line.put("conn", report.id);
  else putIfItFits(line, "conn", report.id);
  for (const fact of others) {
    putIfItFits(line, factName(fact, protocol), facts[fact]!);
  }
}

function putIfItFits(line: LogLine, name: string, value: LogValue): void {
  if (line.columns >= COLUMNS) return;
  const before = line.length;
  line.put(name, value);
  if (line.columns > COLUMNS) line.back(before);
}

/** Whether a rule is of a protocol: `TLS/SNI a.example`. */
function isOf(rule: string | null, protocol: string | null): boolean {
  return rule !== null && protocol !== null && rule.startsWith(protocol) &&
    rule[protocol.length] === "/";
}

/** Whether a rule has a value in its text, so that it need not stand there twice. */
function isNamedBy(rule: string | null, value: ReportFacts[string]): boolean {
  return typeof value === "string" && rule !== null &&
    `${rule} `.includes(` ${value} `);
}

/** A duration in few digits: `0.4ms`, `38ms`, `12.4s`, `3724s`. */
function durationText(ms: number): string {
  if (ms < 10) return `${Math.round(ms * 10) / 10}ms`;
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  return ms < 100_000
    ? `${Math.round(ms / 100) / 10}s`
    : `${Math.round(ms / 1_000)}s`;
}
