/**
 * Sets of characters, for regular expressions over bytes.
 *
 * @module
 */

/** One entry a character code, 1 for the members. */
export type CharSet = Uint8Array;

/** The set of these characters. */
export function setOf(...singles: readonly string[]): CharSet {
  const set = new Uint8Array(256);
  for (const char of singles) set[char.charCodeAt(0)] = 1;
  return set;
}

/** The set of ranges, each given by its ends: `az`. */
export function ranges(...bounds: readonly string[]): CharSet {
  const set = new Uint8Array(256);
  for (const [low, high] of bounds) {
    for (let code = low!.charCodeAt(0); code <= high!.charCodeAt(0); code++) {
      set[code] = 1;
    }
  }
  return set;
}

/** All characters that are not in a set. */
export function negated(set: CharSet): CharSet {
  return set.map((member) => 1 - member);
}

/** Adds a character code or a set to a set. */
export function add(set: CharSet, more: number | CharSet): void {
  if (typeof more === "number") set[more] = 1;
  else more.forEach((member, code) => set[code]! |= member);
}

const DIGITS = ranges("09");
const WORD = ranges("09", "AZ", "az", "__");
const SPACE = setOf("\t", "\n", "\v", "\f", "\r", " ", "\xa0");

/** The sets of escapes such as `\\d`, by their letter. */
export const ESCAPES: Readonly<Record<string, CharSet | undefined>> = {
  d: DIGITS,
  D: negated(DIGITS),
  w: WORD,
  W: negated(WORD),
  s: SPACE,
  S: negated(SPACE),
  t: setOf("\t"),
  n: setOf("\n"),
  v: setOf("\v"),
  f: setOf("\f"),
  r: setOf("\r"),
  0: setOf("\0"),
};
