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
  return text.replace(/[^\x20-\x7e]/g, escaped);
}

/** The escape of one UTF-16 unit. */
function escaped(unit: string): string {
  return "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0");
}

/**
 * Writes what a terminal obeys or hides as an escape, and leaves the letters of
 * all languages: for what quotes the files of others.
 *
 * @param kept Characters that stay as they are, such as `"\t\n"`.
 */
export function escapeControls(text: string, kept = ""): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) =>
      kept.includes(character)
        ? character
        : character.split("").map(escaped).join(""),
  );
}

/** A value as JSON of printable ASCII only, on one line. */
export function asciiJson(value: unknown): string {
  return escapeUnprintable(JSON.stringify(value));
}

/** A text between quotes, as JSON has it, of printable ASCII only. */
export function quoted(text: string): string {
  return PLAIN_JSON.test(text)
    ? `"${text}"`
    : escapeUnprintable(JSON.stringify(text));
}
