/**
 * Elements of the Basic Encoding Rules in a datagram, where everything is there.
 *
 * @module
 */
import { type Element, readElement } from "../protocols/ber.ts";

/**
 * Reads an element.
 *
 * @param at Where it starts.
 * @param limit Where the element around it ends.
 * @param tags What the tag may be; none: anything.
 * @returns `null`: there is none that fits.
 */
export function elementAt(
  datagram: Uint8Array,
  at: number,
  limit: number,
  ...tags: readonly number[]
): Element | null {
  const element = readElement(datagram, at, limit, ...tags);
  return element.kind === "element" && element.end <= datagram.length
    ? element
    : null;
}

/** The value of an element of one byte; `null`: it has another length. */
export function smallInteger(
  datagram: Uint8Array,
  { start, end }: Element,
): number | null {
  return end - start === 1 ? datagram[start]! : null;
}
