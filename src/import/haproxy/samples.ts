/**
 * Samples of HAProxy: what of a connection is looked at.
 *
 * @module
 */
import type { Expression } from "../ordered/expression.ts";
import type { Origin } from "../origin.ts";
import type { DeclaredDetectors } from "../ordered/declared_detectors.ts";
import type { PatternFiles } from "./pattern_files.ts";
import type { Patterns } from "./patterns.ts";

/** What translating a criterion needs. */
export interface CriterionContext {
  readonly files: PatternFiles;
  readonly detectors: DeclaredDetectors;
  /** What variables stand for: their names with their samples. */
  readonly variables: ReadonlyMap<string, string>;
  /** The address that is listened on. */
  readonly listener: { readonly host: string; readonly port: number | null };
  /** Where the criterion is. */
  readonly origin: Origin;
  /** Told what is nearly the same, but not quite. */
  remark(origin: Origin, text: string): void;
}

/** A sample: `req.ssl_sni,lower`. */
export interface Fetch {
  readonly name: string;
  readonly args: readonly string[];
  readonly converters: readonly string[];
}

/** A sample that can be translated. */
export type Translator = (
  fetch: Fetch,
  patterns: Patterns,
  context: CriterionContext,
) => Expression;

/** Parts by the commas that are outside of parentheses. */
export function splitOutside(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")") depth--;
    else if (text[at] === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
