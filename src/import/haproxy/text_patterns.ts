/**
 * How HAProxy compares texts, as values of passthru's rules.
 *
 * @module
 */

import { escaped } from "../ordered/regex_text.ts";

/** `-m`: how a text is compared. */
export type TextMethod = "str" | "beg" | "end" | "sub" | "dom" | "dir" | "reg";

/** Whether it is a way to compare texts. */
export function isTextMethod(method: string): method is TextMethod {
  return ["str", "beg", "end", "sub", "dom", "dir", "reg"].includes(method);
}

/**
 * A host that is compared with a pattern: a name, a wildcard or `/regex/`. Hosts
 * are in lower case.
 */
export function hostValue(pattern: string, method: TextMethod): string {
  const text = pattern.toLowerCase();
  if (method === "str" && /^[a-z\d._-]+$/.test(text)) return text;
  if (method === "end" && /^\.[a-z\d-]+(\.[a-z\d-]+)*$/.test(text)) {
    return `*${text}`;
  }
  return method === "reg"
    ? `/${withoutClasses(lowerCase(pattern))}/`
    : `/${expressionFor(text, method)}/`;
}

/** A regular expression for what a pattern fits, without its slashes. */
export function expressionFor(
  pattern: string,
  method: Exclude<TextMethod, "reg">,
): string {
  const text = escaped(pattern);
  switch (method) {
    case "str":
      return `^${text}$`;
    case "beg":
      return `^${text}`;
    case "end":
      return `${text}$`;
    case "sub":
      return text;
    case "dom":
      return `(?:^|[./:?])${escaped(trimmed(pattern, "./:?"))}(?:[./:?]|$)`;
    case "dir":
      return `(?:^|/)${escaped(trimmed(pattern, "/"))}(?:/|$)`;
  }
}

/**
 * An expression of PCRE with its named classes written out, which passthru does
 * not know, and without white space, which its rules are split at.
 */
export function withoutClasses(expression: string): string {
  return expression.replace(
    /\[:(\w+):\]/g,
    (whole, name: string) => CLASSES[name] ?? whole,
  ).replace(/ /g, "\\x20");
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: "a-zA-Z0-9",
  alpha: "a-zA-Z",
  digit: "0-9",
  lower: "a-z",
  upper: "A-Z",
  xdigit: "0-9A-Fa-f",
  space: "\\s",
  word: "\\w",
};

/** An expression that fits upper and lower case; `null`: it has classes. */
export function anyCase(expression: string): string | null {
  if (/\[[^\]]*[a-z]/i.test(expression)) return null;
  return expression.replace(
    /\\x[\da-f]{2}|\\.|[a-z]/gi,
    (part) =>
      part.length > 1 ? part : `[${part.toLowerCase()}${part.toUpperCase()}]`,
  );
}

/** The letters of an expression in lower case, but not those of its escapes. */
function lowerCase(expression: string): string {
  return expression.replace(
    /\\x[\da-f]{2}|\\.|[A-Z]/gi,
    (part) => part.length > 1 ? part : part.toLowerCase(),
  );
}

function trimmed(text: string, delimiters: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && delimiters.includes(text[start]!)) start++;
  while (end > start && delimiters.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}
