/**
 * How HAProxy compares texts, as values of passthru's rules.
 *
 * @module
 */
import { escaped } from "../ordered/regex_text.ts";
import { lowerCased, regexText } from "../pcre.ts";

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
    ? `/${
      regexText(lowerCased(pattern.replace(/^\(\?i\)/, "")), { oneLine: true })
    }/`
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

function trimmed(text: string, delimiters: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && delimiters.includes(text[start]!)) start++;
  while (end > start && delimiters.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}
