/**
 * Cutting what is too long to be shown.
 *
 * @module
 */

/** Longest value that the log and the admin API show, in characters. */
const MAX_VALUE_LENGTH = 512;

/** A text, with `...` in place of its end where it is too long. */
export function shorten(text: string): string {
  return text.length <= MAX_VALUE_LENGTH
    ? text
    : text.slice(0, MAX_VALUE_LENGTH) + "...";
}
