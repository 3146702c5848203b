/**
 * Refusals by the client's address alone, which need no rule.
 *
 * @module
 */
import { type Expression, not } from "../ordered/expression.ts";
import type { Refusal } from "./content_rules.ts";

/** Lists of addresses of a server, and the refusals that are none. */
export interface ClientBlocks {
  readonly deny: readonly Listed[];
  readonly allow: Listed | null;
  readonly rest: readonly Refusal[];
}

/** Blocks, and the refusal that they are. */
export interface Listed {
  readonly blocks: readonly string[];
  readonly refusal: Refusal;
}

/** Finds the refusals that come first and are by address alone. */
export function clientBlocks(refusals: readonly Refusal[]): ClientBlocks {
  const deny: Listed[] = [];
  let allow: Listed | null = null;
  let at = 0;
  for (; at < refusals.length; at++) {
    const refusal = refusals[at]!;
    const denied = blocksOf(refusal.when);
    const allowed = blocksOf(not(refusal.when));
    if (denied !== null) deny.push({ blocks: denied, refusal });
    else if (allowed !== null && allow === null) {
      allow = { blocks: allowed, refusal };
    } else break;
  }
  return { deny, allow, rest: refusals.slice(at) };
}

/** The blocks that an expression is about; `null`: it is about more. */
export function blocksOf(expression: Expression): readonly string[] | null {
  switch (expression.kind) {
    case "word":
      return expression.protocol === null && expression.word === "FROM"
        ? expression.value.split(",")
        : null;
    case "all":
      return expression.of.length === 1 ? blocksOf(expression.of[0]!) : null;
    case "any":
      return blocksOfAny(expression.of);
    case "not": {
      const { of } = expression;
      if (of.kind === "not") return blocksOf(of.of);
      // What is not all of them is one of their opposites.
      if (of.kind === "all") {
        return blocksOfAny(of.of.filter((one) => !holdsAlways(one)).map(not));
      }
      return of.kind === "any" && of.of.length === 1
        ? blocksOf(not(of.of[0]!))
        : null;
    }
    default:
      return null;
  }
}

function blocksOfAny(of: readonly Expression[]): readonly string[] | null {
  const parts = of.map(blocksOf);
  return parts.length === 0 || parts.includes(null)
    ? null
    : parts.flatMap((part) => part!);
}

function holdsAlways(expression: Expression): boolean {
  return expression.kind === "all" && expression.of.every(holdsAlways) ||
    expression.kind === "any" && expression.of.some(holdsAlways);
}
