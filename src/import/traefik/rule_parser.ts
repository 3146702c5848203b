/**
 * The rules of Traefik's TCP routers: ``HostSNI(`a`) && !ALPN(`h2`)``.
 *
 * @module
 */

/** A rule taken apart. */
export type RuleTree =
  | { readonly kind: "and" | "or"; readonly of: readonly RuleTree[] }
  | { readonly kind: "not"; readonly of: RuleTree }
  | {
    readonly kind: "call";
    readonly name: string;
    readonly values: readonly string[];
  };

/** A rule that cannot be read; the message says where. */
export class RuleSyntaxError extends Error {
  /** Name of the class. */
  override readonly name = "RuleSyntaxError";
}

/** Deepest nesting of parentheses and `!`. */
const MAX_DEPTH = 100;

/**
 * Reads a rule.
 *
 * @throws {RuleSyntaxError} It is broken.
 */
export function parseRule(text: string): RuleTree {
  const parser = new Parser(text);
  const tree = parser.alternatives(0);
  parser.end();
  return tree;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  alternatives(depth: number): RuleTree {
    return this.#operands("||", () => this.#conjunction(depth), "or");
  }

  #conjunction(depth: number): RuleTree {
    return this.#operands("&&", () => this.#term(depth), "and");
  }

  #operands(
    operator: string,
    read: () => RuleTree,
    kind: "and" | "or",
  ): RuleTree {
    const of = [read()];
    while (this.#eat(operator)) of.push(read());
    return of.length === 1 ? of[0]! : { kind, of };
  }

  #term(depth: number): RuleTree {
    if (depth > MAX_DEPTH) throw this.#error("it is nested too deep");
    if (this.#eat("!")) return { kind: "not", of: this.#term(depth + 1) };
    if (this.#eat("(")) {
      const inner = this.alternatives(depth + 1);
      if (!this.#eat(")")) throw this.#error('expected ")"');
      return inner;
    }
    return this.#call();
  }

  #call(): RuleTree {
    this.#space();
    const name = this.#match(/[A-Za-z]\w*/y);
    if (name === null) {
      throw this.#error('expected a matcher such as "HostSNI(`a.example`)"');
    }
    if (!this.#eat("(")) throw this.#error(`expected "(" behind ${name}`);
    const values: string[] = [];
    do values.push(this.#value()); while (this.#eat(","));
    if (!this.#eat(")")) throw this.#error('expected ")"');
    return { kind: "call", name, values };
  }

  #value(): string {
    this.#space();
    const raw = this.#match(/`[^`]*`/y);
    if (raw !== null) return raw.slice(1, -1);
    const quoted = this.#match(/"(?:[^"\\\n]|\\.)*"/y);
    if (quoted === null) {
      throw this.#error("expected a value in ` or in double quotes");
    }
    return quoted.slice(1, -1).replace(/\\(.)/g, "$1");
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) {
      throw this.#error('expected "&&", "||" or the end');
    }
  }

  #eat(text: string): boolean {
    this.#space();
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #space(): void {
    this.#match(/\s*/y);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }

  #error(what: string): RuleSyntaxError {
    return new RuleSyntaxError(`${what} at character ${this.#at + 1}`);
  }
}
