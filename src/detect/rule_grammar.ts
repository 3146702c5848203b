/**
 * Rule words: how the value of `SNI example.com` is parsed when the config
 * loads, and how it is tested against the facts of a connection.
 *
 * @module
 */
import type { Facts } from "./facts.ts";
import { checkHostName, normalizeHost } from "./host.ts";

/**
 * How narrow a condition is, narrowest first: `exact` is one value, `suffix` is
 * `*.example.com`, `prefix` is `/api*`, `present` is any value.
 */
export type MatcherForm = "exact" | "suffix" | "prefix" | "present";

/** A condition of a rule, ready to be tested. Plain data but for `test`. */
export interface Matcher {
  /** How narrow it is. */
  readonly form: MatcherForm;
  /** The normalised value; for `suffix` with the leading dot (`.example.com`). */
  readonly value: string;
  /** Whether the facts fulfil the condition. */
  test(facts: Facts): boolean;
}

/** A value that could be parsed, or why not. */
export type ParsedValue =
  | { readonly ok: true; readonly matcher: Matcher }
  | {
    readonly ok: false;
    /** What was expected: `a host name such as "example.com"`. */
    readonly expected: string;
    /** What the user probably meant, if that can be told. */
    readonly suggestion?: string;
  };

/** One word of a protocol's rules. */
export interface RuleWord {
  /** The fact that it tests. */
  readonly fact: string;
  /** Host conditions are the first to say which rule is the narrower one. */
  readonly kind: "host" | "text";
  /** An example of a value, for help and messages. */
  readonly example: string;
  /** Whether a connection has several values, of which any may match. */
  readonly many: boolean;
  /** Parses the value as it stands in the config. */
  parse(value: string): ParsedValue;
}

/** The rule words of a protocol, by word (`SNI`, `ALPN`, ...). */
export type RuleGrammar = Readonly<Record<string, RuleWord>>;

/** What the word makers below may be told. */
export interface WordOptions {
  /** An example of a value. */
  readonly example?: string;
  /** Whether the fact is a list. Default: `false`. */
  readonly many?: boolean;
  /** Whether a `*` at the end is a letter like any other. Default: `false`. */
  readonly exact?: boolean;
}

/**
 * A word whose value is a host name: `example.com`, or `*.example.com` for
 * every name below `example.com` but not that name itself.
 */
export function hostWord(fact: string): RuleWord {
  return {
    fact,
    kind: "host",
    example: "example.com",
    many: false,
    parse(value) {
      const wildcard = value.startsWith("*.");
      const name = wildcard ? value.slice(2) : value;
      const host = normalizeHost(name);
      const problem = checkHostName(host);
      if (problem !== null || host.includes("*")) {
        return {
          ok: false,
          expected: 'a host name such as "example.com" or "*.example.com"',
        };
      }
      return {
        ok: true,
        matcher: wildcard
          ? suffixMatcher(fact, "." + host)
          : exactMatcher(fact, host),
      };
    },
  };
}

/**
 * A word whose value is compared letter by letter; a `*` at the end makes it a
 * prefix (unless {@linkcode WordOptions.exact}).
 *
 * @param accept A pattern that the value (without the `*`) must match whole,
 * and what to call such a value in messages.
 */
export function textWord(
  fact: string,
  accept: { readonly pattern: RegExp; readonly expected: string },
  options: WordOptions = {},
): RuleWord {
  return {
    fact,
    kind: "text",
    example: options.example ?? "value",
    many: options.many ?? false,
    parse(value) {
      const prefix = !options.exact && value.endsWith("*");
      const text = prefix ? value.slice(0, -1) : value;
      const starred = !options.exact && text.includes("*");
      if (!accept.pattern.test(text) || starred) {
        const upper = text.toUpperCase();
        return {
          ok: false,
          expected: accept.expected,
          ...(accept.pattern.test(upper) && !starred
            ? { suggestion: upper + (prefix ? "*" : "") }
            : {}),
        };
      }
      return {
        ok: true,
        matcher: prefix ? prefixMatcher(fact, text) : exactMatcher(fact, text),
      };
    },
  };
}

function exactMatcher(fact: string, value: string): Matcher {
  return {
    form: "exact",
    value,
    test: (facts) => some(facts, fact, (found) => found === value),
  };
}

function suffixMatcher(fact: string, value: string): Matcher {
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

function prefixMatcher(fact: string, value: string): Matcher {
  return {
    form: "prefix",
    value,
    test: (facts) => some(facts, fact, (found) => found.startsWith(value)),
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
