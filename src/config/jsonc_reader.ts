/**
 * JSON with comments and trailing commas as a tree, with all that is wrong.
 *
 * Only the scanner of `jsonc-parser` is an ES module that Deno can load; its
 * parser comes with the whole of Node's module system, which is a tenth of a
 * start. What is read here is what that parser reads, and so are the faults.
 *
 * @module
 */
// @ts-types="jsonc-parser"
import { createScanner } from "jsonc-parser/scanner";
import type { JsonNode } from "./json_tree.ts";

/** What can be wrong. */
export type JsoncProblem =
  | "InvalidSymbol"
  | "InvalidNumberFormat"
  | "PropertyNameExpected"
  | "ValueExpected"
  | "ColonExpected"
  | "CommaExpected"
  | "CloseBraceExpected"
  | "CloseBracketExpected"
  | "EndOfFileExpected"
  | "UnexpectedEndOfComment"
  | "UnexpectedEndOfString"
  | "UnexpectedEndOfNumber"
  | "InvalidUnicode"
  | "InvalidEscapeCharacter"
  | "InvalidCharacter";

/** Something wrong, with the token at which it shows. */
export interface JsoncFault {
  readonly problem: JsoncProblem;
  readonly offset: number;
  readonly length: number;
}

/** What reading gives. */
export interface ReadJsonc {
  /** `undefined`: there is no value. With faults, what could be read. */
  readonly root: JsonNode | undefined;
  readonly faults: readonly JsoncFault[];
}

/** The scanner's tokens (`SyntaxKind`) that matter here. */
const TOKEN = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  null: 7,
  true: 8,
  false: 9,
  string: 10,
  number: 11,
  unknown: 16,
  end: 17,
} as const;
/** White space and comments: from a line comment to other white space. */
const TRIVIA = { first: 12, last: 15 } as const;

/** The scanner's errors (`ScanError`), by their numbers. */
const SCAN_PROBLEMS: readonly (JsoncProblem | null)[] = [
  null,
  "UnexpectedEndOfComment",
  "UnexpectedEndOfString",
  "UnexpectedEndOfNumber",
  "InvalidUnicode",
  "InvalidEscapeCharacter",
  "InvalidCharacter",
];

/**
 * Reads a text. It recurses: what is nested too deep must not come here.
 *
 * @param base The offset of the text's first character.
 */
export function readJsonc(text: string, base: number): ReadJsonc {
  return new Reader(text, base).read();
}

/**
 * Where a text is nested deeper than this; `null`: nowhere.
 *
 * @param maxDepth How many objects and arrays may be open at a time.
 */
export function tooDeep(text: string, maxDepth: number): number | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (;;) {
    const token: number = scanner.scan();
    if (token === TOKEN.end) return null;
    if (token === TOKEN.openBrace || token === TOKEN.openBracket) depth++;
    if (token === TOKEN.closeBrace || token === TOKEN.closeBracket) depth--;
    if (depth > maxDepth) return scanner.getTokenOffset();
  }
}

/** Reads one text. */
class Reader {
  readonly #scanner;
  readonly #base: number;
  readonly #faults: JsoncFault[] = [];
  /** The token that is looked at. */
  #token: number = TOKEN.end;

  constructor(text: string, base: number) {
    this.#scanner = createScanner(text);
    this.#base = base;
  }

  read(): ReadJsonc {
    this.#next();
    const root = this.#value();
    if (root === undefined) this.#fault("ValueExpected");
    else if (this.#token !== TOKEN.end) this.#fault("EndOfFileExpected");
    return { root, faults: this.#faults };
  }

  #value(): JsonNode | undefined {
    switch (this.#token) {
      case TOKEN.openBrace:
        return this.#list("object", TOKEN.closeBrace, () => this.#property());
      case TOKEN.openBracket:
        return this.#list("array", TOKEN.closeBracket, () => this.#value());
      case TOKEN.string:
        return this.#leaf("string", this.#scanner.getTokenValue());
      case TOKEN.number:
        return this.#leaf("number", this.#number());
      case TOKEN.null:
        return this.#leaf("null", null);
      case TOKEN.true:
      case TOKEN.false:
        return this.#leaf("boolean", this.#token === TOKEN.true);
    }
    return undefined;
  }

  #number(): number {
    const value = Number(this.#scanner.getTokenValue());
    if (Number.isNaN(value)) this.#fault("InvalidNumberFormat");
    return value;
  }

  /** @param entry Reads one; `undefined`: there was none. */
  #list(
    type: "object" | "array",
    close: number,
    entry: () => JsonNode | undefined,
  ): JsonNode {
    const { offset } = this.#place();
    const children: JsonNode[] = [];
    this.#next();
    for (let isFirst = true; !this.#isAt(close); isFirst = false) {
      if (this.#token === TOKEN.comma) {
        if (isFirst) this.#fault("ValueExpected");
        this.#next();
        if (this.#token === close) break;
      } else if (!isFirst) this.#fault("CommaExpected");
      const child = entry();
      if (child !== undefined) children.push(child);
      else this.#skip("ValueExpected", close);
    }
    const end = this.#place();
    if (this.#token === close) this.#next();
    else {
      const isObject = type === "object";
      this.#fault(isObject ? "CloseBraceExpected" : "CloseBracketExpected");
    }
    const length = end.offset + end.length - offset;
    return { type, offset, length, children };
  }

  #property(): JsonNode | undefined {
    if (this.#token !== TOKEN.string) {
      this.#skip("PropertyNameExpected", TOKEN.closeBrace);
      return undefined;
    }
    const key = this.#leaf("string", this.#scanner.getTokenValue());
    const value = this.#valueOfProperty();
    const { offset } = key;
    if (value === undefined) {
      return { ...key, type: "property", children: [key] };
    }
    const length = value.offset + value.length - offset;
    return { type: "property", offset, length, children: [key, value] };
  }

  #valueOfProperty(): JsonNode | undefined {
    if (this.#token !== TOKEN.colon) {
      this.#skip("ColonExpected", TOKEN.closeBrace);
      return undefined;
    }
    this.#next();
    const value = this.#value();
    if (value === undefined) this.#skip("ValueExpected", TOKEN.closeBrace);
    return value;
  }

  #leaf(type: JsonNode["type"], value: unknown): JsonNode {
    const node = { type, ...this.#place(), value };
    this.#next();
    return node;
  }

  /** Whether a list ends here: closed, or because the text does. */
  #isAt(close: number): boolean {
    return this.#token === close || this.#token === TOKEN.end;
  }

  /** Goes to the next token that is neither white space nor unknown. */
  #next(): void {
    do {
      this.#token = this.#scanner.scan();
      const problem = SCAN_PROBLEMS[this.#scanner.getTokenError()];
      if (problem) this.#fault(problem);
      if (this.#token === TOKEN.unknown) this.#fault("InvalidSymbol");
    } while (
      this.#token === TOKEN.unknown ||
      this.#token >= TRIVIA.first && this.#token <= TRIVIA.last
    );
  }

  /** Reads on where the next entry of a list may begin, or where it ends. */
  #skip(problem: JsoncProblem, close: number): void {
    this.#fault(problem);
    while (this.#token !== TOKEN.comma && !this.#isAt(close)) this.#next();
  }

  #fault(problem: JsoncProblem): void {
    this.#faults.push({ problem, ...this.#place() });
  }

  #place(): { offset: number; length: number } {
    return {
      offset: this.#base + this.#scanner.getTokenOffset(),
      length: this.#scanner.getTokenLength(),
    };
  }
}
