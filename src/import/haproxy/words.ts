/**
 * The words of an HAProxy config: quotes, escapes, comments, and variables of
 * the environment (HAProxy's configuration manual, 2.2 and 2.3).
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import type { Problems } from "../importer.ts";
import type { Origin } from "../origin.ts";

/** A word of a line. */
export interface Word {
  /** Without its quotes and escapes. */
  readonly text: string;
  readonly origin: Origin;
  /** Variables of the environment in it whose value is not known here. */
  readonly variables: readonly string[];
}

/** A line: a keyword and what follows it. Not empty. */
export type Line = readonly [Word, ...Word[]];

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
};

const PLAIN = /[^\s#\\'"]+/y;

/** The lines that are neither empty nor comments. */
export function linesOf(source: SourceText, problems: Problems): Line[] {
  const reader = new LineReader(source, problems);
  const lines: Line[] = [];
  while (!reader.done) {
    const [first, ...rest] = reader.line();
    if (first !== undefined) lines.push([first, ...rest]);
  }
  return lines;
}

class LineReader {
  readonly #source: SourceText;
  readonly #problems: Problems;
  readonly #text: string;
  #at = 0;

  constructor(source: SourceText, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
    this.#text = source.text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The words up to the end of the line, which is left behind. */
  line(): Word[] {
    const words: Word[] = [];
    while (!this.done) {
      const char = this.#text[this.#at]!;
      if (char === "\n") break;
      if (char === "#") this.#skipComment();
      else if (/\s/.test(char)) this.#at++;
      else words.push(this.#word());
    }
    this.#at++;
    return words;
  }

  #skipComment(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #word(): Word {
    const start = this.#at;
    const variables: string[] = [];
    let text = "";
    while (!this.done && !/[\s#]/.test(this.#text[this.#at]!)) {
      const char = this.#text[this.#at]!;
      if (char === "\\") text += this.#escape();
      else if (char === "'") text += this.#strong();
      else if (char === '"') text += this.#weak(variables);
      else text += this.#plain();
    }
    return { text, origin: this.#origin(start, this.#at), variables };
  }

  /** What is neither quoted nor escaped. */
  #plain(): string {
    PLAIN.lastIndex = this.#at;
    const [text] = PLAIN.exec(this.#text)!;
    this.#at += text.length;
    return text;
  }

  /** A backslash and what it stands for, which may be a line end. */
  #escape(): string {
    const char = this.#text[this.#at + 1] ?? "";
    this.#at += 2;
    if (char === "x") {
      const digits = this.#text.slice(this.#at, this.#at + 2);
      if (/^[\da-f]{2}$/i.test(digits)) {
        this.#at += 2;
        return String.fromCharCode(parseInt(digits, 16));
      }
    }
    if (char === "\n") return "";
    return ESCAPES[char] ?? char;
  }

  #strong(): string {
    const start = this.#at;
    const end = this.#text.slice(start + 1).search(/['\n]/);
    const close = end < 0 ? this.#text.length : start + 1 + end;
    const text = this.#text.slice(start + 1, close);
    this.#at = close;
    if (this.#text[close] === "'") this.#at++;
    else this.#unclosed(start, "'");
    return text;
  }

  #weak(variables: string[]): string {
    const start = this.#at;
    let text = "";
    for (this.#at++; !this.done && this.#text[this.#at] !== "\n";) {
      const char = this.#text[this.#at]!;
      if (char === '"') {
        this.#at++;
        return text;
      }
      if (char === "\\") text += this.#escape();
      else if (char === "$") text += this.#variable(variables);
      else {
        text += char;
        this.#at++;
      }
    }
    this.#unclosed(start, '"');
    return text;
  }

  /** A variable: its default if it has one, otherwise as it is written. */
  #variable(variables: string[]): string {
    const found =
      /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:\[\*\])?(?:-([^}"\n]*))?\})/
        .exec(this.#text.slice(this.#at, this.#at + 1024));
    if (found === null) {
      this.#at++;
      return "$";
    }
    this.#at += found[0].length;
    const [whole, bare, braced, standard] = found;
    if (standard !== undefined) return standard;
    variables.push(bare ?? braced!);
    return whole;
  }

  #unclosed(start: number, quote: string): void {
    this.#problems.add(
      this.#origin(start, this.#at),
      `Quote is not closed: expected ${quote} before the end of the line`,
    );
  }

  #origin(start: number, end: number): Origin {
    return {
      source: this.#source,
      span: { offset: start, length: Math.max(1, end - start) },
    };
  }
}

/** From the first word to the last. */
export function originOf(words: Line): Origin {
  const [{ origin: { source, span } }] = words;
  const { span: end } = words.at(-1)!.origin;
  const length = end.offset + end.length - span.offset;
  return { source, span: { offset: span.offset, length } };
}

/** Words as a text. */
export function textOf(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(" ");
}
