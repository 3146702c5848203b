/**
 * Bytes as text: a character each.
 *
 * @module
 */

/** A text's bytes in UTF-8, a character each. */
export function byteText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text)
    ? text
    : [...new TextEncoder().encode(text)].map((byte) =>
      String.fromCharCode(byte)
    ).join("");
}
