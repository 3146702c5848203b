/**
 * The keys of `top`.
 *
 * @module
 */

/** The help, as lines of at most 40 characters. */
export const HELP_LINES: readonly string[] = [
  "",
  "Arrows, j k     select a connection",
  "PgUp PgDn g G   by pages, first, last",
  "Enter           why it goes there",
  "x               close it (asks first)",
  "/               filter: words that must",
  "                all occur; Esc clears",
  "t, Tab          live or recent ones",
  "s               next order, or at once:",
  "n b u d l       newest, bytes, up, down,",
  "                longest",
  "p               pause",
  "Esc             back; no selection",
  "q, Ctrl-C       quit",
  "",
  "ASKS FOR: what the first bytes say.",
  "UP: from the client to the target.",
];
