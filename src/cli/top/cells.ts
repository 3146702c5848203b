/**
 * Texts by the cells of a terminal that they take.
 *
 * @module
 */

/** Stands where a text was cut; ASCII, since the terminal may know no more. */
const CUT = "~";

/** Characters that terminals draw two cells wide (UAX #11: W and F, roughly). */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18df2}\u{1aff0}-\u{1b2fb}\u{20000}-\u{3fffd}]/u;
/** Characters that take no cell: marks that go onto the one before. */
const MARK = /[\p{Mn}\p{Me}]/u;

/** Cells that a text takes. */
export function cellWidth(text: string): number {
  // Almost every text is ASCII: what clients send is escaped.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The beginning of a text that fits; it ends in `~` when something is cut. */
export function clip(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  return width <= 0 ? "" : takeCells(text, width - 1) + CUT;
}

/** A text in exactly so many cells. */
export function fit(text: string, width: number, right = false): string {
  const shown = clip(text, width);
  const space = " ".repeat(Math.max(0, width - cellWidth(shown)));
  return right ? space + shown : shown + space;
}

/** A text in pieces that fit, at least one. */
export function foldCells(text: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (cellWidth(rest) > width) {
    // A character that is wider than all that there is goes alone.
    const piece = takeCells(rest, width) || [...rest][0]!;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
}

/** As many of these as fit, in their order, two spaces between them. */
export function joinFitting(parts: readonly string[], width: number): string {
  let line = "";
  for (const part of parts) {
    if (part === "") continue;
    const longer = line === "" ? part : `${line}  ${part}`;
    if (cellWidth(longer) > width) {
      if (line === "") return clip(part, width);
      continue;
    }
    line = longer;
  }
  return line;
}

function takeCells(text: string, width: number): string {
  let taken = "";
  let used = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    taken += character;
  }
  return taken;
}

function characterWidth(character: string): number {
  return MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}
