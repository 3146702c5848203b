/**
 * Which rule is the more specific one.
 *
 * @module
 */
import {
  alternatives,
  type Condition,
  oneByOne,
  readConditions,
  type Words,
} from "./condition.ts";
import { complement, duration } from "./time_window.ts";
import type { WrittenCondition } from "./written_condition.ts";

/** A rule with its conditions ready to be tested. */
export interface RankedRule<Rule> {
  readonly rule: Rule;
  /** Of a list of hosts, one. */
  readonly conditions: readonly Condition[];
  /** As the rule has them, with its lists. */
  readonly written: readonly Condition[];
}

/** What a condition is like, the narrowest first. */
const FORMS = [
  "exact",
  "suffix",
  "pattern",
  "prefix",
  "block",
  "present",
  "negated",
  "time",
] as const;

/** Numbers that sort as the rules do. */
type Key = readonly number[];

/** Behind every condition about a host. */
const NO_HOST: Key = [FORMS.length, 0];

/**
 * The rules of a protocol in the order in which they are tried, one with a list
 * of hosts once for each of them.
 *
 * @throws {RangeError} When the words do not have a condition.
 */
export function rankRules<
  Rule extends { readonly conditions: readonly WrittenCondition[] },
>(
  rules: readonly Rule[],
  words: Words,
): RankedRule<Rule>[] {
  return rank(rules.flatMap((rule) => {
    const written = readConditions(rule.conditions, words);
    return alternatives(written)
      .map((conditions) => ({ rule, conditions, written }));
  }));
}

/**
 * Sorts rules, the most specific first: more conditions, then an exact host, the
 * longest wildcard, a pattern, no host; then the narrower of the other
 * conditions; then the order in which they are given.
 */
export function rank<T extends { readonly conditions: readonly Condition[] }>(
  rules: readonly T[],
): T[] {
  return rules.map((rule) => ({ rule, key: specificity(rule.conditions) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ rule }) => rule);
}

/** A key that sorts the more specific rule first; keys alike are a tie. */
export function specificity(conditions: readonly Condition[]): Key {
  const hosts = conditions.filter((condition) =>
    condition.kind === "fact" && condition.host && !condition.negated
  );
  const host = hosts.sort((a, b) => compareKeys(formKey(a), formKey(b)))[0];
  const others = conditions.filter((condition) => condition !== host)
    .map(formKey).sort(compareKeys);
  return [
    -conditions.length,
    ...(host === undefined ? NO_HOST : formKey(host)),
    ...others.flat(),
  ];
}

/** Compares two keys as `sort` has it. */
export function compareKeys(a: Key, b: Key): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}

function formKey(condition: Condition): Key {
  if (condition.kind === "common") {
    const { common, negated } = condition;
    if (common.kind === "time") {
      const { windows } = common;
      const open = duration(negated ? complement(windows) : windows);
      return [FORMS.indexOf("time"), open];
    }
    if (negated) return [FORMS.indexOf("negated"), 0];
    // Of several blocks the widest says how narrow the condition is.
    const prefix = common.blocks
      .reduce((least, block) => Math.min(least, block.prefix), Infinity);
    return [FORMS.indexOf("block"), -prefix];
  }
  if (condition.negated) return [FORMS.indexOf("negated"), 0];
  const { form, value } = condition.matcher;
  if (form === "any") {
    // As of several blocks.
    return oneByOne(condition).map(formKey).sort(compareKeys).at(-1)!;
  }
  // The longer wildcard or prefix is the narrower one; patterns keep the order
  // in which they are given.
  const longer = form === "suffix" || form === "prefix";
  return [
    FORMS.indexOf(form),
    longer ? -value.length : 0,
  ];
}
