/**
 * Host patterns of other programs as values of passthru's rules.
 *
 * @module
 */
import { escaped } from "../ordered/regex_text.ts";
import { lowerCased, regexText } from "../pcre.ts";

/**
 * A host in which `*` stands for exactly one label: a wildcard of passthru would
 * stand for any number of them.
 */
export function oneLabelPattern(host: string): string {
  if (!host.includes("*")) return host;
  const labels = host.split(".").map((label) =>
    label === "*" ? "[^.]+" : escaped(label)
  );
  return `/^${labels.join("\\.")}$/`;
}

/** An expression of Go over a host, which is in lower case. */
export function goHostRegex(pattern: string): string {
  const unnamed = pattern.replace(/\(\?P?<\w+>/g, "(?:");
  return regexText(
    unnamed.startsWith("(?i)") ? lowerCased(unnamed.slice(4)) : unnamed,
    { oneLine: true },
  );
}
