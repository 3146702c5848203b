/**
 * Texts, and the places in them.
 *
 * @module
 */

/**
 * A range of a source text, in UTF-16 code units. The texts of a config have one
 * row of offsets, each a part of it, so that an offset tells the file, too.
 */
export interface Span {
  /** Start of the range. */
  readonly offset: number;
  /** Length of the range. */
  readonly length: number;
}

/** What knows the text that an offset is in. */
export interface Sources {
  /** The text that an offset is in. */
  at(offset: number): SourceText;
}

/** Widest part of a source line that is shown, in characters. */
const MAX_SHOWN = 120;

/** A text with its line starts, to turn offsets into lines and columns. */
export class SourceText implements Sources {
  /** Name of the file, as messages show it. */
  readonly file: string;
  /** The whole text. */
  readonly text: string;
  /** The offset of its first character. */
  readonly base: number;
  readonly #lineStarts: number[] = [0];
  /** The last position that was asked for. */
  #last = { line: 0, end: 0, column: 1 };

  /**
   * Finds the lines of a text.
   *
   * @param file Name of the file, as messages show it.
   * @param base The offset of its first character. Default: 0.
   */
  constructor(file: string, text: string, base = 0) {
    this.file = file;
    this.text = text;
    this.base = base;
    for (
      let at = text.indexOf("\n");
      at >= 0;
      at = text.indexOf("\n", at + 1)
    ) {
      this.#lineStarts.push(at + 1);
    }
  }

  /** The text itself. */
  at(): SourceText {
    return this;
  }

  /** The offset behind it, which still is a place in it. */
  get end(): number {
    return this.base + this.text.length;
  }

  /** Line and column of an offset, both from 1; columns count characters. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const line = this.line(offset);
    const end = offset - this.base;
    // Places of a long line are mostly asked for in their order.
    const from = this.#last.line === line && this.#last.end <= end
      ? this.#last
      : { end: this.#lineStarts[line - 1]!, column: 1 };
    const between = this.text.slice(from.end, end);
    const column = from.column + [...between].length;
    this.#last = { line, end, column };
    return { line, column };
  }

  /** The line of an offset, from 1; however long the line is. */
  line(offset: number): number {
    const at = offset - this.base;
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= at) low = middle;
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
    const at = span.offset - this.base - start;
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

/** A config's text may hold what a terminal would obey or not show. */
function printable(text: string): string {
  return text.replace(
    /[^\P{Cc}\t]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => "\u00b7".repeat(character.length),
  );
}

/** The texts that a config is made of, the config file itself first. */
export class SourceMap implements Sources {
  readonly #texts: SourceText[] = [];

  /**
   * Makes a map of one text.
   *
   * @param main The text of the config file.
   */
  constructor(main: SourceText) {
    this.#texts.push(main);
  }

  /** All of them, in the order of their offsets. Not empty. */
  get files(): readonly SourceText[] {
    return this.#texts;
  }

  /** Name of the config file, as messages show it. */
  get file(): string {
    return this.#texts[0]!.file;
  }

  /** The text of the config file. */
  get text(): string {
    return this.#texts[0]!.text;
  }

  /** The offset that the next text begins at. */
  get next(): number {
    return this.#texts.at(-1)!.end + 1;
  }

  /** Adds a text that begins at {@linkcode SourceMap.next}. */
  add(text: SourceText): void {
    if (text.base !== this.next) throw new RangeError("Texts overlap");
    this.#texts.push(text);
  }

  /** The text that an offset is in. */
  at(offset: number): SourceText {
    let low = 0;
    let high = this.#texts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#texts[middle]!.base <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#texts[low]!;
  }

  /** Line and column of an offset in its file, both from 1. */
  position(offset: number): { readonly line: number; readonly column: number } {
    return this.at(offset).position(offset);
  }

  /** `file:line:column` of an offset. */
  place(offset: number): string {
    return this.at(offset).place(offset);
  }
}
