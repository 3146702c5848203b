/**
 * Text in columns.
 *
 * @module
 */

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
