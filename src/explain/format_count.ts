/**
 * A number of things for people.
 *
 * @module
 */

/** A number of things: `1 worker`, `2 workers`. */
export function formatCount(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
