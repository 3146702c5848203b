/**
 * What is wrong with a config, where, and what was probably meant.
 *
 * @module
 */
import { nearestNames } from "../detect/near_names.ts";
import type { Sources, Span } from "./source_text.ts";

export * from "./source_text.ts";

/** One finding about a config. */
export interface Diagnostic {
  /** Only errors keep a config from being served. */
  readonly severity: "error" | "warning" | "note";
  /** What was found and what was expected, in one sentence. */
  readonly message: string;
  /** The place. */
  readonly span: Span;
  /** Another place that the message speaks of. */
  readonly related?: { readonly message: string; readonly span: Span };
}

/** A diagnostic as text: place, message, the line and a caret. */
export function formatDiagnostic(
  sources: Sources,
  found: Diagnostic,
): string {
  const source = sources.at(found.span.offset);
  const head = `${
    source.place(found.span.offset)
  }: ${found.severity}: ${found.message}`;
  if (source.text === "") return head;
  const lines = [head, source.excerpt(found.span)];
  if (found.related !== undefined) {
    const { message, span } = found.related;
    const other = sources.at(span.offset);
    lines.push(`${other.place(span.offset)}: ${message}`, other.excerpt(span));
  }
  return lines.join("\n");
}

/**
 * Most errors of one kind that are looked for in one place: fewer are shown, and
 * one of them is enough to refuse a file.
 */
export const MAX_ERRORS = 1_000;

/** Longest text of a config that a message repeats, in characters. */
const MAX_QUOTED = 200;

/** A value of a config as JSON, cut where it is too long for people. */
export function quoted(value: unknown): string {
  return JSON.stringify(
    typeof value === "string" && value.length > MAX_QUOTED
      ? `${value.slice(0, MAX_QUOTED)}...`
      : value,
  );
}

/** Names as a list for people: `A, B or C`. */
export function orList(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
}

/**
 * ` (did you mean "TLS"?)`, or nothing when no name is near.
 *
 * @param most How many names it may offer, the nearest first.
 */
export function didYouMean(
  found: string,
  names: readonly string[],
  most = 1,
): string {
  const near = nearestNames(found, names).slice(0, most);
  return near.length === 0
    ? ""
    : ` (did you mean ${orList(near.map(quoted))}?)`;
}
