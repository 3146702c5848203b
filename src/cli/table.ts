/**
 * Text in columns and lines for people.
 *
 * @module
 */

/** Widest line of running text, in characters. */
const WIDTH = 80;

/**
 * Rows as left-aligned columns, two spaces between them, no trailing spaces.
 *
 * @param indent Spaces before each row.
 */
export function formatRows(
  rows: readonly (readonly string[])[],
  indent = 0,
): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    " ".repeat(indent) +
    row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd()
  ).join("\n");
}

/** Running text in lines of at most 80 characters. */
export function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.join("\n");
}
