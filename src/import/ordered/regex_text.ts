/**
 * Texts as regular expressions.
 *
 * @module
 */

import { byteText } from "../bytes.ts";

/** An expression that fits a text as it is; rules are split at white space. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(
    /\s/g,
    (space) =>
      [...byteText(space)].map((byte) => escapedByte(byte.charCodeAt(0)))
        .join(""),
  );
}

/** An expression that fits a byte. */
export function escapedByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
