/**
 * The values of named header lines of an HTTP/1 request, for the rule words
 * `HEADER` and `UPGRADE`.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { FactValue } from "../detector.ts";

const LF = 0x0a;

/** Starts the facts that hold header values: `header:user-agent`. */
export const HEADER_FACT = "header:";

/** Whether rules name a fact that is read off header lines. */
export function needsFields(
  needs: ReadonlySet<string> | undefined,
): needs is ReadonlySet<string> {
  for (const fact of needs ?? []) if (nameOf(fact) !== null) return true;
  return false;
}

/**
 * Reads the facts that rules ask for: `header:NAME`, every value of the lines of
 * that name, and `upgrade`, the protocols of the Upgrade lines in lower case
 * (RFC 9110 §7.8). What is not there is an empty list, since that is known then.
 *
 * @param from Where the header lines start, which are complete and sound.
 */
export function readFields(
  view: Uint8Array,
  from: number,
  needs: ReadonlySet<string>,
): Record<string, FactValue> {
  const values = readValues(view, from, new Set([...needs].map(nameOf)));
  const facts: Record<string, FactValue> = {};
  for (const fact of needs) {
    const name = nameOf(fact);
    if (name === null) continue;
    const found = values.get(name) ?? [];
    facts[fact] = fact === "upgrade" ? protocolsOf(found) : found;
  }
  return facts;
}

/** The header name, in lower case, that a fact is read off; `null`: none. */
function nameOf(fact: string): string | null {
  if (fact === "upgrade") return fact;
  return fact.startsWith(HEADER_FACT)
    ? fact.slice(HEADER_FACT.length) || null
    : null;
}

/** The values of the lines of some names. */
function readValues(
  view: Uint8Array,
  from: number,
  names: ReadonlySet<string | null>,
): Map<string, string[]> {
  const values = new Map<string, string[]>();
  let at = from;
  for (let lf = view.indexOf(LF, at); lf >= 0; lf = view.indexOf(LF, at)) {
    const line = latin1(view.subarray(at, lf)).replace(/\r$/, "");
    if (line === "") break;
    at = lf + 1;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (!names.has(name)) continue;
    const value = trim(line.slice(colon + 1));
    const list = values.get(name);
    if (list === undefined) values.set(name, [value]);
    else list.push(value);
  }
  return values;
}

function protocolsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(","))
    .map((name) => trim(name).toLowerCase()).filter((name) => name !== "");
}

/** Without white space of HTTP at the ends. */
function trim(text: string): string {
  return text.replace(/^[ \t]+/, "").replace(/(?<![ \t])[ \t]+$/, "");
}
