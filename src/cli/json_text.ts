/**
 * JSON for programs, which a terminal may show.
 *
 * @module
 */
import { escapeUnprintable } from "../observe/printable.ts";

/** A value as JSON of printable ASCII on several lines, with the last one's end. */
export function jsonText(value: unknown): string {
  const lines = JSON.stringify(value, null, 2).split("\n");
  return lines.map(escapeUnprintable).join("\n") + "\n";
}
