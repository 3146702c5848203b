/**
 * The words of a command line, with their places.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import type { Problems } from "../importer.ts";
import type { Origin } from "../origin.ts";

/** A word. */
export interface Word {
  /** Without its quotes. */
  readonly text: string;
  readonly origin: Origin;
}

/** A part of a file. */
export interface Part {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

const WORD =
  /(?:\\\r?\n|\s)+|((?:"(?:[^"\\]|\\[^])*"|'[^']*'|\\[^]|[^\s"'\\]+)+)/gy;

/** Cuts a part of a file into words as a shell does. */
export function shellWords(
  { source, start, end }: Part,
  problems: Problems,
): Word[] {
  const words: Word[] = [];
  let at = 0;
  const text = source.text.slice(start, end);
  for (const found of text.matchAll(WORD)) {
    at = found.index + found[0].length;
    if (found[1] === undefined) continue;
    const span = { offset: start + found.index, length: found[0].length };
    words.push({ text: unquoted(found[1]), origin: { source, span } });
  }
  if (at < text.length) {
    const span = { offset: start + at, length: 1 };
    problems.add({ source, span }, "A quote is not closed");
  }
  return words;
}

function unquoted(text: string): string {
  return text.replace(
    /"((?:[^"\\]|\\[^])*)"|'([^']*)'|\\([^])/g,
    (_, double?: string, single?: string, escaped?: string) =>
      double?.replace(/\\([$`"\\\n])/g, "$1") ?? single ?? escaped ?? "",
  );
}
