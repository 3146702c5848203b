/**
 * What is wrong with a config, where, and what was probably meant.
 *
 * @module
 */
import { nearestNames } from "../detect/near_names.ts";

/** A range of a source text, in UTF-16 code units. */
export interface Span {
  /** Start of the range. */
  readonly offset: number;
  /** Length of the range. */
  readonly length: number;
}

/** One finding about a config. */
export interface Diagnostic {
  /** Only errors keep a config from being served. */
  readonly severity: "error" | "warning" | "note";
  /** What was found and what was expected, in one sentence. */
  readonly message: string;
  /** The place. */
  readonly span: Span;
  /** Another place that the message speaks of. */
  readonly related?: { readonly message: string; readonly span: Span };
}

/** Widest part of a source line that is shown, in characters. */
const MAX_SHOWN = 120;

/** A text with its line starts, to turn offsets into lines and columns. */
export class SourceText {
  /** Name of the file, as messages show it. */
  readonly file: string;
  /** The whole text. */
  readonly text: string;
  readonly #lineStarts: number[] = [0];

  /**
   * Finds the lines of a text.
   *
   * @param file Name of the file, as messages show it.
   */
  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    for (
      let at = text.indexOf("\n");
      at >= 0;
      at = text.indexOf("\n", at + 1)
    ) {
      this.#lineStarts.push(at + 1);
    }
  }

  /** Line and column of an offset, both from 1; columns count characters. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const line = this.line(offset);
    const before = this.text.slice(this.#lineStarts[line - 1]!, offset);
    return { line, column: [...before].length + 1 };
  }

  /** The line of an offset, from 1; however long the line is. */
  line(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** `file:line:column` of an offset. */
  place(offset: number): string {
    const { line, column } = this.position(offset);
    return `${this.file}:${line}:${column}`;
  }

  /** The line of a span with carets below the span, indented for messages. */
  excerpt(span: Span): string {
    const { line } = this.position(span.offset);
    const start = this.#lineStarts[line - 1]!;
    const next = this.#lineStarts[line];
    const whole = this.text.slice(start, next === undefined ? undefined : next)
      .replace(/\r?\n$/, "");
    const at = span.offset - start;
    const from = at > MAX_SHOWN - 20 ? at - 40 : 0;
    const shown = whole.slice(from, from + MAX_SHOWN);
    const gutter = String(line).padStart(5);
    const pad = shown.slice(0, at - from).replace(/[^\t]/g, " ");
    const width = Math.max(
      1,
      Math.min(span.length, shown.length - (at - from)),
    );
    return `${gutter} | ${printable(shown)}\n${" ".repeat(5)} | ${pad}${
      "^".repeat(width)
    }`;
  }
}

/** A config's text may hold what a terminal would obey. */
function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "\u00b7");
}

/** A diagnostic as text: place, message, the line and a caret. */
export function formatDiagnostic(
  source: SourceText,
  found: Diagnostic,
): string {
  const head = `${
    source.place(found.span.offset)
  }: ${found.severity}: ${found.message}`;
  if (source.text === "") return head;
  const lines = [head, source.excerpt(found.span)];
  if (found.related !== undefined) {
    const { message, span } = found.related;
    lines.push(
      `${source.place(span.offset)}: ${message}`,
      source.excerpt(span),
    );
  }
  return lines.join("\n");
}

/** Names as a list for people: `A, B or C`. */
export function orList(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
}

/**
 * ` (did you mean "TLS"?)`, or nothing when no name is near.
 *
 * @param most How many names it may offer, the nearest first.
 */
export function didYouMean(
  found: string,
  names: readonly string[],
  most = 1,
): string {
  const near = nearestNames(found, names).slice(0, most);
  return near.length === 0
    ? ""
    : ` (did you mean ${orList(near.map((name) => JSON.stringify(name)))}?)`;
}
