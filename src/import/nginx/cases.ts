/**
 * What a text with variables may be: values, each under conditions.
 *
 * @module
 */
import type { WrittenCondition } from "../../rule/written_condition.ts";
import type { Origin } from "../origin.ts";

/** Variables whose value only the connection has. */
export type Raw = "sni" | "alpn" | "protocol" | "address";

/** A part of a value. */
export type Part =
  | string
  | { readonly raw: Raw }
  /** What cannot be told, as it is written. */
  | { readonly unknown: string };

/** A value, and what must hold for it. */
export interface Case {
  /** All must hold; none: it is the value of all that is left. */
  readonly conditions: readonly WrittenCondition[];
  readonly parts: readonly Part[];
  /** What chose the value. */
  readonly origin: Origin;
}

/**
 * Cases in their order: the first whose conditions hold is the value. The last
 * one has no conditions.
 */
export type Cases = readonly Case[];

/** Most cases that a text may have. */
export const MAX_CASES = 50_000;

/** The value of a case, if nothing of it is open. */
export function literalOf({ parts }: Case): string | null {
  return parts.every((part) => typeof part === "string")
    ? parts.join("")
    : null;
}

/** Each case of one text with each of another, one behind the other. */
export function joinCases(first: Cases, second: Cases): Cases {
  return first.flatMap((one) =>
    second.map((other) => ({
      conditions: [...one.conditions, ...other.conditions],
      parts: [...one.parts, ...other.parts],
      // What was chosen last says most.
      origin: other.conditions.length > 0 || one.parts.length === 0
        ? other.origin
        : one.origin,
    }))
  );
}

/** Cases that hold under further conditions, the others behind them. */
export function under(
  conditions: readonly WrittenCondition[],
  cases: Cases,
  origin: Origin,
): Case[] {
  return cases.map((one) => ({
    ...one,
    conditions: [...conditions, ...one.conditions],
    origin: one.conditions.length > 0 ? one.origin : origin,
  }));
}
