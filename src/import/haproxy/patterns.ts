/**
 * What follows the criterion of an ACL: flags, an operator and patterns
 * (HAProxy's configuration manual, 7.1).
 *
 * @module
 */
import { quoted } from "../origin.ts";
import type { PatternFiles } from "./pattern_files.ts";
import type { Word } from "./words.ts";

/** What a sample is compared with. */
export interface Patterns {
  /** `-m`; absent: what is usual for the criterion. */
  readonly method?: string;
  readonly ignoreCase: boolean;
  /** Values, and those of files. */
  readonly values: readonly string[];
  /** Why not all values are known: a part of a sentence. */
  readonly problem?: string;
}

/** Reads flags and patterns. */
export function readPatterns(
  words: readonly Word[],
  files: PatternFiles,
): Patterns {
  const values: string[] = [];
  let method: string | undefined;
  let ignoreCase = false;
  let problem: string | undefined;
  let at = 0;
  const next = () => words[++at]?.text ?? "";
  flags: for (; at < words.length; at++) {
    const { text } = words[at]!;
    switch (text) {
      case "-i":
        ignoreCase = true;
        break;
      case "-m":
        method = next();
        break;
      case "-n":
      case "-M":
        break;
      case "-u":
        next();
        break;
      case "-f": {
        const name = next();
        const lines = files.lines(name);
        if (typeof lines !== "string") {
          for (const { key } of lines) values.push(key);
        } else problem = `the file ${quoted(name)} is not read: ${lines}`;
        break;
      }
      case "--":
        at++;
        break flags;
      default:
        break flags;
    }
  }
  for (const { text, variables } of words.slice(at)) {
    if (variables.length > 0) problem = variableProblem(variables);
    values.push(text);
  }
  return {
    ...(method === undefined ? {} : { method }),
    ignoreCase,
    values,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Why a word cannot be read. */
export function variableProblem(variables: readonly string[]): string {
  return `the value of ${
    variables.join(", ")
  } in the environment of HAProxy is not known here`;
}

const OPERATORS = ["eq", "ge", "gt", "le", "lt"];

/**
 * Whether integers fit patterns: `gt 0`, `1:3`, `2 4`.
 *
 * @returns `null`: the patterns are none.
 */
export function integerTest(
  values: readonly string[],
): ((value: number) => boolean) | null {
  const [first] = values;
  const operator = OPERATORS.includes(first ?? "") ? first! : null;
  const ranges = (operator === null ? values : values.slice(1)).map(range);
  if (ranges.length === 0 || ranges.includes(null)) return null;
  return (value) =>
    ranges.some((each) => {
      const [low, high] = each!;
      switch (operator) {
        case "ge":
          return value >= low;
        case "gt":
          return value > low;
        case "le":
          return value <= high;
        case "lt":
          return value < high;
        default:
          return value >= low && value <= high;
      }
    });
}

function range(text: string): readonly [number, number] | null {
  const found = /^(\d+(?:\.\d+)?)?(:)?(\d+(?:\.\d+)?)?$/.exec(text);
  if (found === null || text === "" || text === ":") return null;
  const [, low, colon, high] = found;
  if (colon === undefined) return [Number(text), Number(text)];
  return [Number(low ?? 0), high === undefined ? Infinity : Number(high)];
}

/** An address written in full: `10.12/8` is 10.0.0.12/8, a mask may be an address. */
export function fullAddress(value: string): string {
  const [address = "", mask] = value.split("/");
  const parts = address.split(".");
  const isShort = parts.length > 1 && parts.length < 4 &&
    parts.every((part) => /^\d+$/.test(part));
  const whole = isShort
    ? [
      ...parts.slice(0, -1),
      ...Array(4 - parts.length).fill("0"),
      parts.at(-1)!,
    ].join(".")
    : address;
  if (mask === undefined) return whole;
  return `${whole}/${mask.includes(".") ? maskBits(mask) : mask}`;
}

function maskBits(mask: string): number {
  const bits = mask.split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0")).join("");
  return /^1*0*$/.test(bits) ? bits.lastIndexOf("1") + 1 : -1;
}
