/**
 * Rule words: how the value of `SNI example.com` is parsed when the config
 * loads, and how it is tested against the facts of a connection.
 *
 * @module
 */
import type { Facts } from "./facts.ts";
import { checkHostName, normalizeHost } from "./host.ts";
import { LinearRegex } from "./linear_regex.ts";

/**
 * How narrow a condition is, narrowest first: `exact` is one value, `suffix` is
 * `*.example.com`, `pattern` is `/regex/`, `prefix` is `/api*`, `present` is
 * any value.
 */
export type MatcherForm =
  | "exact"
  | "suffix"
  | "pattern"
  | "prefix"
  | "present";

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
  /** Whether it stands alone, without a value. Default: `false`. */
  readonly flag?: boolean;
  /** Parses the value as it stands in the config; `""` for a flag. */
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
 * A word whose value is a host name: `example.com`; or `*.example.com` for every
 * name below `example.com` but not that name itself; or `/^app\d+\.example$/`,
 * a regular expression over the name in lower case.
 */
export function hostWord(fact: string): RuleWord {
  return {
    fact,
    kind: "host",
    example: "example.com",
    many: false,
    parse(value) {
      if (value.startsWith("/")) return parsePattern(fact, value);
      const wildcard = value.startsWith("*.");
      const name = wildcard ? value.slice(2) : value;
      const host = normalizeHost(name);
      const problem = checkHostName(host);
      if (problem !== null || host.includes("*")) {
        return {
          ok: false,
          expected:
            'a host name such as "example.com" or "*.example.com", or "/regex/"',
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

function parsePattern(fact: string, value: string): ParsedValue {
  if (value.length < 3 || !value.endsWith("/")) {
    return { ok: false, expected: 'a regular expression between two "/"' };
  }
  try {
    const regex = new LinearRegex(value.slice(1, -1));
    return {
      ok: true,
      matcher: {
        form: "pattern",
        value,
        test: (facts) => some(facts, fact, (found) => regex.test(found)),
      },
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      expected: `a regular expression that runs in linear time: ${why}`,
    };
  }
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

/**
 * A word without a value, for whether a fact is there.
 *
 * @param present Whether it must be there, or must not.
 */
export function flagWord(fact: string, present: boolean): RuleWord {
  const matcher: Matcher = {
    form: "present",
    value: String(present),
    test: (facts) => (facts[fact] !== undefined) === present,
  };
  return {
    fact,
    kind: "text",
    example: "",
    many: false,
    flag: true,
    parse: () => ({ ok: true, matcher }),
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
