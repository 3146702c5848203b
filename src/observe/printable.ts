/**
 * Making text of strangers harmless in a log.
 *
 * @module
 */

/** What may stand in a JSON string as it is. */
const PLAIN_JSON = /^[ !#-[\]-~]*$/;

/**
 * Writes every character outside printable ASCII as an escape, so that what a
 * client sends can neither forge a line nor steer a terminal.
 */
export function escapeUnprintable(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/g,
    (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/** A text between quotes, as JSON has it, of printable ASCII only. */
export function quoted(text: string): string {
  return PLAIN_JSON.test(text)
    ? `"${text}"`
    : escapeUnprintable(JSON.stringify(text));
}
