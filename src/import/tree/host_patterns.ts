/**
 * Host patterns of other programs as values of passthru's rules.
 *
 * @module
 */
import { escaped } from "../ordered/regex_text.ts";

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
