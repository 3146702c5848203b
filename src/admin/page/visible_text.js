/**
 * Text of clients as people can safely read it. It never becomes markup, since
 * the page puts it into text nodes only; this is against what text alone can do:
 * turn the line around, hide, fill the screen.
 */

/** Control, format (bidi too), surrogate, private and unassigned characters. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;
/** The same, but for the ends of lines. */
const UNSEEN_IN_LINES = /[^\n\P{C}]|[\p{Zl}\p{Zp}]/gu;
/** Longest text in a cell of a table, in characters. */
export const CELL_LENGTH = 160;
/** Longest text where there is room, in characters. */
export const FULL_LENGTH = 4096;

/**
 * One line of text: what cannot be seen is written as `\u{202e}`, and what is
 * longer than `length` is cut, with a word about how long it is.
 *
 * @param {string} text
 * @param {number} [length]
 */
export function visible(text, length = CELL_LENGTH) {
  return cut(text, length).replace(UNSEEN, escaped);
}

/**
 * The same for text of several lines, which is not cut.
 *
 * @param {string} text
 */
export function visibleLines(text) {
  return text.replace(UNSEEN_IN_LINES, escaped);
}

/**
 * A value of a fact, in words.
 *
 * @param {string | number | boolean | readonly string[] | null} value
 * @param {number} [length]
 */
export function visibleValue(value, length = CELL_LENGTH) {
  if (value === null) return "nothing";
  return visible(
    Array.isArray(value) ? value.join(", ") : String(value),
    length,
  );
}

/** @param {string} character */
function escaped(character) {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * @param {string} text
 * @param {number} length
 */
function cut(text, length) {
  if (text.length <= length) return text;
  return `${text.slice(0, length)}… (${text.length} characters)`;
}
