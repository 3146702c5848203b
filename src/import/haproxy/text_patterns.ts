/**
 * How HAProxy compares texts, as values of passthru's rules.
 *
 * @module
 */
import { byteText } from "../bytes.ts";
import { escaped } from "../ordered/regex_text.ts";
import { translateRegex } from "../pcre.ts";

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
    ? `/${regexText(lowerCase(pattern), { oneLine: true })}/`
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
function lowerCase(expression: string): string {
  return expression.replace(/^\(\?i\)/, "").replace(
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
