/**
 * Patterns for the names of files: `*.jsonc`.
 *
 * @module
 */

/** What ends the names of files that editors and packages leave behind. */
const LEFTOVER =
  /(?:~|#|\.(?:bak|dpkg-[a-z]+|old|orig|rej|rpmnew|rpmorig|rpmsave|save|sw[a-z]|tmp|ucf-[a-z]+))$/i;

/** A path taken apart where its last part begins. */
export interface SplitPath {
  /** What is before the last part, with its slash; may be empty. */
  readonly folder: string;
  /** The last part. */
  readonly name: string;
}

/** Takes a path apart. */
export function splitPath(path: string): SplitPath {
  const end = path.lastIndexOf("/") + 1;
  return { folder: path.slice(0, end), name: path.slice(end) };
}

/** Whether a text stands for several names. */
export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * Whether the name of a file fits a pattern, in which `*` stands for any text
 * and `?` for one character. Names that begin with a dot, and those of backups
 * and of files that are being written, fit none.
 *
 * Takes time by the product of both lengths at most.
 */
export function fitsPattern(name: string, pattern: string): boolean {
  if (/^[.#]/.test(name) || LEFTOVER.test(name)) return false;
  const text = [...name];
  const wanted = [...pattern];
  // Where the last "*" is, and how much of the text it stands for.
  let star = -1;
  let taken = 0;
  let at = 0;
  for (let i = 0; i < text.length;) {
    if (wanted[at] === "*") {
      star = at++;
      taken = i;
    } else if (wanted[at] === "?" || wanted[at] === text[i]) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++taken;
    } else return false;
  }
  return wanted.slice(at).every((character) => character === "*");
}
