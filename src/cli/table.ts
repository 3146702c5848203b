/**
 * Text in columns and lines for people.
 *
 * @module
 */
export { formatRows } from "../explain/rows.ts";

/** Widest line of running text, in characters. */
const WIDTH = 80;

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
