/**
 * Words of a config, by what other programs and people call them.
 *
 * @module
 */
import { didYouMean, quoted } from "./diagnostics.ts";

/** The word here by what other programs and people call it. */
const OTHER_WORDS: Readonly<Record<string, string>> = Object.assign(
  Object.create(null),
  {
    // balance
    ip_hash: "source_hash",
    iphash: "source_hash",
    least_conn: "least_connections",
    leastconn: "least_connections",
    rr: "round_robin",
    source: "source_hash",
    // log levels
    critical: "error",
    fatal: "error",
    notice: "info",
    trace: "debug",
    verbose: "debug",
    warning: "warn",
    // actions
    accept: "FORWARD",
    allow: "FORWARD",
    block: "REJECT",
    close: "REJECT",
    deny: "REJECT",
    drop: "REJECT",
    pass: "FORWARD",
    proxy: "FORWARD",
  },
);

/** ` (did you mean "warn"?)`, or nothing when none of the words is near. */
export function wordMeant(found: string, words: readonly string[]): string {
  // Among numbers any is near any other.
  if (!/[a-z]/i.test(found)) return "";
  const meant = OTHER_WORDS[found.toLowerCase()];
  return meant !== undefined && words.includes(meant)
    ? ` (did you mean ${quoted(meant)}?)`
    : didYouMean(found, words);
}
