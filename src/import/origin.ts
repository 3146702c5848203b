/**
 * Places in the files that are imported, and what is said of them.
 *
 * @module
 */
import type { SourceText, Span } from "../config/diagnostics.ts";

/** A place in a file that is imported. */
export interface Origin {
  readonly source: SourceText;
  readonly span: Span;
}

/** What the imported config does not say, or says in another way. */
export interface Note {
  readonly origin: Origin;
  /** One sentence without a full stop, one line. */
  readonly text: string;
}

/** What is wrong with a file that is imported: it cannot be imported. */
export interface Problem {
  readonly origin: Origin;
  /** What was found and what was expected, in one sentence. */
  readonly message: string;
  /** Another place that the message speaks of, in whichever file. */
  readonly related?: { readonly origin: Origin; readonly message: string };
}

/** Longest piece of an imported file that a message repeats, in characters. */
const MAX_QUOTED = 80;

/** A piece of an imported file in double quotes, shortened, on one line. */
export function quoted(text: string): string {
  const characters = [...text.slice(0, 2 * MAX_QUOTED)];
  const shown = characters.length > MAX_QUOTED || text.length > 2 * MAX_QUOTED
    ? `${characters.slice(0, MAX_QUOTED - 3).join("")}...`
    : text;
  return oneLine(JSON.stringify(shown));
}

/** A text as JSON, with an escape for what a terminal or an editor obeys or hides. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) =>
      character.split("").map((unit) =>
        "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0")
      ).join(""),
  );
}

/** A text without what would end a comment's line or move a terminal. */
export function oneLine(text: string): string {
  return text.replace(
    // deno-lint-ignore no-control-regex
    /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+ */g,
    " ",
  );
}

/** `file:line:column` of a place. */
export function placeOf({ source, span }: Origin): string {
  return oneLine(source.place(span.offset));
}

/** `name:line` of a place, without the folders of the file. */
export function lineOf({ source, span }: Origin): string {
  return `${nameOf(source)}:${source.line(span.offset)}`;
}

/** `name:line:column` of a place, without the folders of the file. */
export function shortPlaceOf({ source, span }: Origin): string {
  const { line, column } = source.position(span.offset);
  return `${nameOf(source)}:${line}:${column}`;
}

/** The order of places: by file, then by offset. */
export function comparePlaces(a: Origin, b: Origin): number {
  if (a.source.file !== b.source.file) {
    return a.source.file < b.source.file ? -1 : 1;
  }
  return a.span.offset - b.span.offset;
}

/** The name of a file without its folders. */
export function nameOf({ file }: SourceText): string {
  return oneLine(file.slice(file.lastIndexOf("/") + 1));
}
