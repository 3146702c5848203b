/**
 * Texts as regular expressions.
 *
 * @module
 */

/** An expression that fits a text as it is; rules are split at white space. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(
    /\s/g,
    (space) => `\\x${space.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
