/**
 * Rule words: how the value of `SNI example.com` is parsed when the config
 * loads, and how it is tested against the facts of a connection.
 *
 * @module
 */
import { readHostValue } from "./host_value.ts";
import { LinearRegex } from "./linear_regex.ts";
import {
  exactMatcher,
  type Matcher,
  patternMatcher,
  prefixMatcher,
  presentMatcher,
  suffixMatcher,
} from "./matchers.ts";
import { type KnownNames, meantName } from "./near_names.ts";

export type { LinearRegex, RegexState } from "./linear_regex.ts";
export type { Matcher, MatcherForm } from "./matchers.ts";
export type { KnownNames } from "./near_names.ts";

/** A value that could be parsed, or why not. */
export type ParsedValue =
  | {
    readonly ok: true;
    readonly matcher: Matcher;
    /** What it may not mean as it was meant: `"http2" is no ... protocol`. */
    readonly remark?: string;
  }
  | {
    readonly ok: false;
    /** What was expected: `a host name such as "example.com"`. */
    readonly expected: string;
    /** What the user probably meant, if that can be told. */
    readonly suggestion?: string;
    /** A part of the value that is no known name, and the names. */
    readonly unknown?: {
      readonly found: string;
      readonly names: readonly string[];
    };
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
  /** How many words its value has (`HEADER name value`: 2). Default: 1. */
  readonly tokens?: number;
  /**
   * Whether the detector may match before the client has said it, so that its
   * absence says nothing: a negated condition then asks for another value.
   * Default: `false`.
   */
  readonly late?: boolean;
  /**
   * A fact that says that the detector could not learn what this word is about,
   * so that its absence says nothing: where that fact is there, neither a
   * condition of this word nor its opposite holds. Default: there is none.
   */
  readonly unless?: string;
  /**
   * Parses the value as it stands in the config; `""` for a flag. Several words
   * come with one space between them.
   */
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
  /** As {@linkcode RuleWord.late}. Default: `false`. */
  readonly late?: boolean;
  /** What is registered: what is nearly such a name gets a remark. */
  readonly known?: KnownNames;
}

const HOST_EXPECTED =
  'a host name such as "example.com" or "*.example.com", or "/regex/"';

/**
 * A word whose value is a host name: `example.com`; or `*.example.com` for every
 * name below `example.com` but not that name itself; or `/^app\d+\.example$/`,
 * a regular expression over the name in lower case.
 */
export function hostWord(
  fact: string,
  { late = false }: Pick<WordOptions, "late"> = {},
): RuleWord {
  return {
    fact,
    kind: "host",
    example: "example.com",
    many: false,
    late,
    parse(value) {
      if (value.startsWith("/")) return parsePattern(fact, value);
      const read = readHostValue(value);
      if (!read.ok) {
        const { problem, ...rest } = read;
        return { ...rest, expected: `${HOST_EXPECTED}: ${problem}` };
      }
      const { host, wildcard, port } = read;
      return {
        ok: true,
        matcher: wildcard
          ? suffixMatcher(fact, "." + host)
          : exactMatcher(fact, host),
        ...(port === null ? {} : {
          remark: `the port ${port} is not compared: ${
            JSON.stringify(value.slice(0, -port.length - 1))
          } means the same`,
        }),
      };
    },
  };
}

/**
 * Parses `/regex/`, for words that take one.
 *
 * @param fact The fact that the expression is tested on.
 */
export function parsePattern(fact: string, value: string): ParsedValue {
  if (value.length < 3 || !value.endsWith("/")) {
    return { ok: false, expected: 'a regular expression between two "/"' };
  }
  try {
    const regex = new LinearRegex(value.slice(1, -1));
    return { ok: true, matcher: patternMatcher(fact, value, regex) };
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
    late: options.late ?? false,
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
        ...(prefix ? {} : remarkOn(text, options.known)),
      };
    },
  };
}

/** A remark where a registered name was probably meant. */
function remarkOn(
  text: string,
  known: KnownNames | undefined,
): { readonly remark?: string } {
  const meant = known === undefined ? null : meantName(text, known);
  return meant === null ? {} : {
    remark: `it is not ${known!.what} (did you mean ${JSON.stringify(meant)}?)`,
  };
}

/**
 * A word without a value, for whether a fact is there.
 *
 * @param present Whether it must be there, or must not.
 */
export function flagWord(fact: string, present: boolean): RuleWord {
  const matcher = presentMatcher(fact, present);
  return {
    fact,
    kind: "text",
    example: "",
    many: false,
    flag: true,
    parse: () => ({ ok: true, matcher }),
  };
}

/**
 * Words with {@linkcode RuleWord.unless}.
 *
 * @param fact The fact in whose presence nothing holds.
 */
export function unlessFact<Word extends string>(
  fact: string,
  words: Readonly<Record<Word, RuleWord>>,
): Record<Word, RuleWord> {
  const all = Object.entries<RuleWord>(words)
    .map(([word, rule]) => [word, { ...rule, unless: fact }]);
  return Object.fromEntries(all) as Record<Word, RuleWord>;
}
