/**
 * Tests of one fact of a connection, as the conditions of rules ask for them.
 *
 * @module
 */
import type { Facts } from "./facts.ts";
import type { LinearRegex } from "./linear_regex.ts";

/**
 * How narrow a condition is, narrowest first: `exact` is one value, `suffix` is
 * `*.example.com`, `pattern` is `/regex/`, `prefix` is `/api*`, `present` is
 * any value; `any` is one of several hosts, each as narrow as it is.
 */
export type MatcherForm =
  | "exact"
  | "suffix"
  | "pattern"
  | "prefix"
  | "present"
  | "any";

/** A condition of a rule, ready to be tested. Plain data but for `test`. */
export interface Matcher {
  /** How narrow it is. */
  readonly form: MatcherForm;
  /** The normalised value; for `suffix` with the leading dot (`.example.com`). */
  readonly value: string;
  /** The fact that it tests, where the value says so; default: the word's. */
  readonly fact?: string;
  /**
   * What `DetectState.needs` holds beside the fact, for a detector that must be
   * told which values to look for (`key:<public key>`). Default: nothing.
   */
  readonly needs?: string;
  /** The expression of a `pattern`, for those who compare two of them. */
  readonly regex?: LinearRegex;
  /** The matchers of an `any`, of which one must be fulfilled. */
  readonly anyOf?: readonly Matcher[];
  /** Whether the facts fulfil the condition. */
  test(facts: Facts): boolean;
}

/** Tests for one value. */
export function exactMatcher(fact: string, value: string): Matcher {
  return {
    form: "exact",
    value,
    test: (facts) => some(facts, fact, (found) => found === value),
  };
}

/** Tests for names below a name, which is given with its leading dot. */
export function suffixMatcher(fact: string, value: string): Matcher {
  return {
    form: "suffix",
    value,
    test: (facts) =>
      some(
        facts,
        fact,
        (found) => found.length > value.length && found.endsWith(value),
      ),
  };
}

/** Tests for values that start so. */
export function prefixMatcher(fact: string, value: string): Matcher {
  return {
    form: "prefix",
    value,
    test: (facts) => some(facts, fact, (found) => found.startsWith(value)),
  };
}

/**
 * Tests by a regular expression.
 *
 * @param value The expression as the config spells it, with its slashes.
 */
export function patternMatcher(
  fact: string,
  value: string,
  regex: LinearRegex,
): Matcher {
  return {
    form: "pattern",
    value,
    regex,
    test: (facts) => some(facts, fact, (found) => regex.test(found)),
  };
}

/** Tests whether a fact is there (or, with `false`, is not). */
export function presentMatcher(fact: string, present: boolean): Matcher {
  return {
    form: "present",
    value: String(present),
    test: (facts) => (facts[fact] !== undefined) === present,
  };
}

/** Tests for one of several hosts. */
export function anyMatcher(anyOf: readonly Matcher[]): Matcher {
  return {
    form: "any",
    value: anyOf.map(({ form, value }) => `${form} ${value}`).sort().join(),
    anyOf,
    test: (facts) => anyOf.some((matcher) => matcher.test(facts)),
  };
}

function some(
  facts: Facts,
  fact: string,
  test: (found: string) => boolean,
): boolean {
  const found = facts[fact];
  if (typeof found === "string") return test(found);
  return Array.isArray(found) && found.some(test);
}
