/**
 * Times and numbers of HAProxy.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import { quoted } from "../origin.ts";
import type { Word } from "./words.ts";

/** Milliseconds of each unit. */
const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A time in milliseconds, which is also HAProxy's unit where there is none. */
export function milliseconds(
  word: Word | undefined,
  problems: Problems,
): number | null {
  if (word === undefined) return null;
  const found = /^(\d{1,12})(us|ms|s|m|h|d)?$/.exec(word.text);
  if (found === null) {
    if (word.variables.length > 0) return null;
    problems.add(
      word.origin,
      `Invalid time ${
        quoted(word.text)
      }: expected a number with a unit, such as "30s"`,
    );
    return null;
  }
  return Number(found[1]) * UNITS[found[2] ?? "ms"]!;
}

/** A whole number. */
export function wholeNumber(
  word: Word | undefined,
  problems: Problems,
): number | null {
  if (word === undefined) return null;
  if (/^\d{1,9}$/.test(word.text)) return Number(word.text);
  if (word.variables.length === 0) {
    problems.add(
      word.origin,
      `Invalid number ${quoted(word.text)}: expected a whole number`,
    );
  }
  return null;
}
