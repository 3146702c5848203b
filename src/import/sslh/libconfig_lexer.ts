/**
 * The tokens of libconfig's syntax.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import { byteText } from "../bytes.ts";
import type { Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";

/** Characters that are a token each. */
type Mark = "{" | "}" | "[" | "]" | "(" | ")" | ":" | "=" | ";" | ",";

/** A token. */
export interface Token {
  readonly kind: Mark | "name" | "text" | "number" | "boolean" | "include";
  /**
   * The name, the number or the file; of a text its bytes without the quotes, a
   * character each.
   */
  readonly text: string;
  readonly origin: Origin;
}

const SKIPPED = /\s+|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\//y;
const INCLUDE = /@include[ \t]+"([^"\n]*)"/y;
const TEXT = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const WORD = /[A-Za-z*][-A-Za-z0-9_*.]*/y;
const NUMBER =
  /0[xX][0-9A-Fa-f]+L{0,2}|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?L{0,2}/y;
const MARKS = "{}[]():=;,";
/** Most invalid characters that are reported. */
const MAX_INVALID = 20;

/** What a letter behind `\` stands for. */
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  f: "\f",
  v: "\v",
  a: "\x07",
  b: "\b",
};

/** Cuts a file into tokens. */
export class Lexer {
  readonly #source: SourceText;
  readonly #problems: Problems;
  #at = 0;

  /** Starts at the beginning of a file. */
  constructor(source: SourceText, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  /** All tokens. What is none is a problem, and left out. */
  *tokens(): Generator<Token> {
    const { text } = this.#source;
    let invalid = 0;
    for (;;) {
      while (this.#take(SKIPPED) !== null);
      if (this.#at >= text.length) return;
      const token = this.#token();
      if (token !== null) yield token;
      else if (++invalid > MAX_INVALID) return;
    }
  }

  #token(): Token | null {
    const start = this.#at;
    const mark = this.#source.text[start]!;
    if (MARKS.includes(mark)) {
      this.#at++;
      return this.#made(mark as Mark, mark, start);
    }
    const file = this.#take(INCLUDE);
    if (file !== null) return this.#made("include", file[1]!, start);
    const text = this.#take(TEXT);
    if (text !== null) {
      return this.#made("text", unescaped(text[0].slice(1, -1)), start);
    }
    const number = this.#take(NUMBER);
    if (number !== null) {
      return this.#made("number", number[0].replace(/L+$/, ""), start);
    }
    const word = this.#take(WORD)?.[0];
    if (word === undefined) return this.#invalid(mark);
    return /^(?:true|false)$/i.test(word)
      ? this.#made("boolean", word.toLowerCase(), start)
      : this.#made("name", word, start);
  }

  #invalid(mark: string): null {
    const start = this.#at;
    const rest = this.#source.text.slice(start, start + 2);
    const what = mark === '"'
      ? 'Text is not closed: expected a double quote (")'
      : rest === "/*"
      ? "Comment is not closed"
      : `Invalid character ${quoted(mark)}`;
    this.#at = mark === '"' || rest === "/*"
      ? this.#source.text.length
      : start + mark.length;
    this.#problems.add(this.#origin(start, start + 1), what);
    return null;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source.text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  #made(kind: Token["kind"], text: string, start: number): Token {
    return { kind, text, origin: this.#origin(start, this.#at) };
  }

  #origin(start: number, end: number): Origin {
    return {
      source: this.#source,
      span: { offset: start, length: end - start },
    };
  }
}

/**
 * The bytes of a text, a character each, as libconfig reads its escapes. It
 * drops a NUL, and keeps the `\\` of an escape that it does not know.
 */
function unescaped(text: string): string {
  return byteText(text).replace(
    /\\(?:x([0-9A-Fa-f]{2})|([^]))/g,
    (whole, digits?: string, letter?: string) =>
      digits !== undefined
        ? String.fromCharCode(parseInt(digits, 16)).replace("\0", "")
        : ESCAPES[letter!] ?? (`"\\`.includes(letter!) ? letter! : whole),
  );
}
