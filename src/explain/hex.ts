/**
 * Bytes written as hex digits.
 *
 * @module
 */
import { inputError } from "./flow.ts";

/**
 * Reads hex digits; white space counts for nothing, and a word may start with
 * `0x`.
 *
 * @param name What messages call the text.
 * @throws {PassthruError} `bad_input`, with line and column.
 */
export function parseHex(text: string, name: string): Uint8Array {
  // Blanks in the place of prefixes, so that offsets stay what they are.
  const plain = text.replace(/(^|\s)0[xX]/g, "$1  ");
  const bad = plain.search(/[^\s\da-fA-F]/);
  if (bad >= 0) {
    const found = String.fromCodePoint(text.codePointAt(bad)!);
    throw inputError(
      placeIn(text, bad, name),
      `found ${JSON.stringify(found)}, expected a hex digit`,
    );
  }
  const digits = plain.replace(/\s/g, "");
  if (digits.length % 2 > 0) {
    throw inputError(
      placeIn(text, text.trimEnd().length, name),
      `the last byte has one digit, expected two`,
    );
  }
  return Uint8Array.from(
    { length: digits.length / 2 },
    (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

function placeIn(text: string, offset: number, name: string): string {
  const lines = text.slice(0, offset).split("\n");
  return `${name}:${lines.length}:${[...lines.at(-1)!].length + 1}`;
}
