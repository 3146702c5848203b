/**
 * Which facts of a connection people are shown.
 *
 * @module
 */
import type { ReportFacts } from "./report.ts";
import { shorten } from "./shorten.ts";

/**
 * Whether a fact may be a secret of the client: the header values that rules ask
 * for (`header:authorization`) may be.
 */
export function isSecretFact(fact: string): boolean {
  return fact.startsWith("header:");
}

/** Whether a fact is shown: no secret, and no empty list, which says nothing. */
export function isShown(fact: string, value: ReportFacts[string]): boolean {
  return !isSecretFact(fact) && !(Array.isArray(value) && value.length === 0);
}

/**
 * Facts without the secret ones, and without empty lists, which say nothing.
 * Long texts are cut as the log does.
 */
export function shownFacts(facts: ReportFacts): ReportFacts {
  const shown: Record<string, ReportFacts[string]> = {};
  for (const [fact, value] of Object.entries(facts)) {
    if (!isShown(fact, value)) continue;
    shown[fact] = typeof value === "string" ? shorten(value) : value;
  }
  return shown;
}
