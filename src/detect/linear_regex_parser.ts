/**
 * Reads regular expressions that can be run in linear time.
 *
 * The syntax is JavaScript's without what needs backtracking: no backreference,
 * no look-around, no word boundary. Characters are bytes (U+0000 to U+00FF).
 *
 * @module
 */
import { add, type CharSet, ESCAPES, negated, setOf } from "./char_set.ts";

/** A part of an expression. */
export type RegexNode =
  | { readonly kind: "chars"; readonly set: CharSet }
  | { readonly kind: "start" }
  | { readonly kind: "end" }
  | { readonly kind: "sequence"; readonly parts: readonly RegexNode[] }
  | { readonly kind: "choice"; readonly options: readonly RegexNode[] }
  | {
    readonly kind: "repeat";
    readonly part: RegexNode;
    readonly min: number;
    /** `Infinity`: without end. */
    readonly max: number;
  };

/** An expression that cannot be read, and where. */
export class RegexSyntaxError extends Error {
  /** Name of the class. */
  override readonly name = "RegexSyntaxError";
  /** Place in the expression. */
  readonly offset: number;

  /** Makes an error. */
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Largest number in `{n,m}`. */
const MAX_REPEAT = 255;

/**
 * Reads an expression.
 *
 * @throws {RegexSyntaxError} When it is broken or asks for what cannot be run in
 * linear time.
 */
export function parseRegex(text: string): RegexNode {
  const parser = new Parser(text);
  const node = parser.choice();
  if (!parser.done) throw parser.error('there is no "(" for this ")"');
  return node;
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  error(message: string, offset: number = this.#at): RegexSyntaxError {
    return new RegexSyntaxError(message, offset);
  }

  choice(): RegexNode {
    const options = [this.#sequence()];
    while (this.#eat("|")) options.push(this.#sequence());
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (!this.done && !")|".includes(this.#peek())) {
      parts.push(this.#repeat(this.#atom()));
    }
    return { kind: "sequence", parts };
  }

  #repeat(part: RegexNode): RegexNode {
    const start = this.#at;
    const bounds = this.#bounds();
    if (bounds === null) return part;
    // A lazy quantifier finds the same matches, only in another order.
    this.#eat("?");
    if (this.#bounds() !== null) {
      throw this.error("nothing to repeat", start + 1);
    }
    return { kind: "repeat", part, ...bounds };
  }

  #bounds(): { min: number; max: number } | null {
    if (this.#eat("*")) return { min: 0, max: Infinity };
    if (this.#eat("+")) return { min: 1, max: Infinity };
    if (this.#eat("?")) return { min: 0, max: 1 };
    const found = /^\{(\d+)(,(\d*))?\}/.exec(
      this.#text.slice(this.#at),
    );
    if (found === null) return null;
    const min = Number(found[1]);
    const max = found[2] === undefined
      ? min
      : found[3] === ""
      ? Infinity
      : Number(found[3]);
    if (min > MAX_REPEAT || (max > MAX_REPEAT && found[3] !== "")) {
      throw this.error(`a repetition of more than ${MAX_REPEAT}`);
    }
    if (max < min) {
      throw this.error("a repetition whose end is before its start");
    }
    this.#at += found[0].length;
    return { min, max };
  }

  #atom(): RegexNode {
    const start = this.#at;
    const char = this.#next();
    switch (char) {
      case "^":
        return { kind: "start" };
      case "$":
        return { kind: "end" };
      case ".":
        return chars(negated(setOf("\n", "\r")));
      case "(":
        return this.#group(start);
      case "[":
        return chars(this.#class(start));
      case "\\":
        return chars(this.#escape(start));
      case "*":
      case "+":
      case "?":
        throw this.error("nothing to repeat", start);
    }
    return chars(this.#single(char, start));
  }

  #group(start: number): RegexNode {
    if (this.#eat("?") && !this.#eat(":")) {
      throw this.error("look-around and named groups are not supported", start);
    }
    if (++this.#depth > 64) throw this.error("groups nested too deep", start);
    const node = this.choice();
    this.#depth--;
    if (!this.#eat(")")) {
      throw this.error('there is no ")" for this "("', start);
    }
    return node;
  }

  #class(start: number): CharSet {
    const negate = this.#eat("^");
    const set = new Uint8Array(256);
    while (!this.#eat("]")) {
      if (this.done) throw this.error('there is no "]" for this "["', start);
      const low = this.#classAtom();
      const range = this.#peek() === "-" && this.#text[this.#at + 1] !== "]";
      if (typeof low !== "number" || !range) {
        add(set, low);
        continue;
      }
      this.#at++;
      const high = this.#classAtom();
      if (typeof high !== "number" || high < low) {
        throw this.error("a range whose end is before its start");
      }
      for (let code = low; code <= high; code++) set[code] = 1;
    }
    return negate ? negated(set) : set;
  }

  /** A character code, or the set of an escape such as `\d`. */
  #classAtom(): number | CharSet {
    const start = this.#at;
    const char = this.#next();
    const set = char === "\\" ? this.#escape(start) : this.#single(char, start);
    const only = set.indexOf(1);
    return only >= 0 && set.indexOf(1, only + 1) < 0 ? only : set;
  }

  #escape(start: number): CharSet {
    const char = this.#next();
    const known = ESCAPES[char];
    if (known !== undefined) return known;
    if (char === "x") {
      const digits = this.#text.slice(this.#at, this.#at + 2);
      if (!/^[\da-f]{2}$/i.test(digits)) {
        throw this.error("\\x without two hexadecimal digits", start);
      }
      this.#at += 2;
      return setOf(String.fromCharCode(parseInt(digits, 16)));
    }
    if (/[1-9]/.test(char)) {
      throw this.error("backreferences are not supported", start);
    }
    if (/[A-Za-z]/.test(char) || char === "") {
      throw this.error(`the escape "\\${char}" is not supported`, start);
    }
    return this.#single(char, start);
  }

  #single(char: string, start: number): CharSet {
    if (char.charCodeAt(0) > 0xff) {
      throw this.error("characters are bytes: write others as \\x..", start);
    }
    return setOf(char);
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #next(): string {
    return this.#text[this.#at++] ?? "";
  }

  #eat(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }
}

function chars(set: CharSet): RegexNode {
  return { kind: "chars", set };
}
