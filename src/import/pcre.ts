/**
 * The regular expressions of other programs (PCRE) as those of passthru.
 *
 * @module
 */
import { LinearRegex } from "../detect/linear_regex.ts";
import { byteText } from "./bytes.ts";
import { escapedByte } from "./ordered/regex_text.ts";

/** Classes of POSIX by their names, as what stands in brackets. */
const CLASSES: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\t-\\r ",
  blank: " \\t",
  punct: "!-\\/:-@\\[-`{-~",
  print: " -~",
  graph: "!-~",
  cntrl: "\\x00-\\x1f\\x7f",
  xdigit: "0-9A-Fa-f",
  word: "0-9A-Za-z_",
};

/** Escapes that passthru spells otherwise. */
const ESCAPES: Readonly<Record<string, string>> = {
  A: "^",
  z: "$",
  Z: "(?:\\n?$)",
  h: "[ \\t]",
  N: "[^\\n]",
  e: "\\x1b",
  a: "\\x07",
};

/** An expression that was translated, or why it cannot be. */
export type TranslatedRegex =
  | { readonly ok: true; readonly regex: string; readonly matchesAll: boolean }
  | { readonly ok: false; readonly problem: string };

const PIECE =
  /\\x\{([\da-fA-F]{1,2})\}|\\0([0-7]{0,2})|\\([^])|\[(\^?)(\]?(?:\[:\^?[a-z]+:\]|\\[^]|[^\]\\])*)\]|([^])/gy;

/**
 * Translates expressions of which any may match, anywhere in the first bytes.
 *
 * @param patterns Their bytes, a character each.
 * @param host Whether they are applied to names, which have no line feeds.
 */
export function translateRegex(
  patterns: readonly string[],
  { host = false }: { readonly host?: boolean } = {},
): TranslatedRegex {
  const parts = patterns.map((pattern) => translated(pattern, host));
  const regex = parts.length === 1
    ? parts[0]!
    : parts.map((part) => `(?:${part})`).join("|");
  try {
    const matchesAll = new LinearRegex(regex).scan(new Uint8Array(), false) ===
      "match";
    return { ok: true, regex, matchesAll };
  } catch (error) {
    if (error instanceof Error) return { ok: false, problem: error.message };
    throw error;
  }
}

/**
 * An expression of PCRE as one of passthru, without white space, which its rules
 * are split at. What cannot be translated stays as it is, and is refused later.
 *
 * @param oneLine Whether it is applied to texts that have no line feeds.
 */
export function regexText(
  expression: string,
  { oneLine, ignoreCase = false }: {
    readonly oneLine: boolean;
    readonly ignoreCase?: boolean;
  },
): string {
  const prefix = ignoreCase && !expression.startsWith("(?i)") ? "(?i)" : "";
  const read = translateRegex([byteText(prefix + expression)], {
    host: oneLine,
  });
  return (read.ok ? read.regex : expression).replace(/ /g, "\\x20");
}

/** The letters of an expression in lower case, but not those of its escapes. */
export function lowerCased(expression: string): string {
  return expression.replace(
    /\\x[\da-f]{2}|\\.|[A-Z]/gi,
    (part) => part.length > 1 ? part : part.toLowerCase(),
  );
}

function translated(pattern: string, host: boolean): string {
  const ignoreCase = pattern.startsWith("(?i)");
  const body = ignoreCase ? pattern.slice(4) : pattern;
  return body.replace(
    PIECE,
    (_, hex?: string, octal?: string, escape?: string, not?, set?, char?) => {
      if (hex !== undefined) return escapedByte(parseInt(hex, 16));
      if (octal !== undefined) return escapedByte(parseInt(octal || "0", 8));
      if (escape !== undefined) return ESCAPES[escape] ?? escaped(escape);
      if (set !== undefined) return bracket(not!, set, ignoreCase);
      if (host && (char === "." || char === "$")) return char;
      return single(char!, ignoreCase);
    },
  );
}

function escaped(char: string): string {
  return /[\x20-\x7e]/.test(char)
    ? `\\${char}`
    : escapedByte(char.charCodeAt(0));
}

function single(char: string, ignoreCase: boolean): string {
  if (char === ".") return "[^\\n]";
  // At the end, or before a line feed at the end.
  if (char === "$") return "(?:\\n?$)";
  if (!/[\x20-\x7e]/.test(char)) return escapedByte(char.charCodeAt(0));
  return ignoreCase && /[a-z]/i.test(char)
    ? `[${char.toLowerCase()}${char.toUpperCase()}]`
    : char;
}

function bracket(not: string, set: string, ignoreCase: boolean): string {
  const inner = set.replace(/^\]/, "\\]").replace(
    /\[:([a-z]+):\]|\\([^])|([^])/g,
    (whole, name?: string, escape?: string, char?: string) => {
      // An unknown class leads to an error: "\q" is no escape.
      if (name !== undefined) return CLASSES[name] ?? "\\q";
      if (escape === "b") return "\\x08";
      if (escape !== undefined) {
        return ESCAPES[escape] === undefined ? whole : byteEscape(escape);
      }
      return /[\x20-\x7e]/.test(char!) && char !== "["
        ? char!
        : escapedByte(char!.charCodeAt(0));
    },
  );
  if (!ignoreCase) return `[${not}${inner}]`;
  // Ranges of one case become ranges of both.
  const both = inner.replace(
    /\\.|([a-z])-([a-z])|([A-Z])-([A-Z])|([a-zA-Z])/g,
    (whole) =>
      whole.startsWith("\\")
        ? whole
        : `${whole.toLowerCase()}${whole.toUpperCase()}`,
  );
  return `[${not}${both}]`;
}

function byteEscape(escape: string): string {
  return escape === "h"
    ? " \\t"
    : ESCAPES[escape]!.startsWith("\\x")
    ? ESCAPES[escape]!
    : "\\q";
}
