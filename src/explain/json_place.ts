/**
 * Places in a JSON text: where it is broken, where a value is. The parser of the
 * runtime does not always say.
 *
 * @module
 */

/** A key or an index. */
type Step = string | number;

/** Where a text is not JSON, and what should stand there. */
export interface JsonProblem {
  readonly offset: number;
  readonly expected: string;
}

/** Deepest nesting that is walked into. */
const MAX_DEPTH = 256;

const SPACE = /[ \t\r\n]*/y;
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** Finds the first place where a text is not JSON; `null`: it is. */
export function jsonProblem(text: string): JsonProblem | null {
  const walk = new JsonWalk(text, () => {});
  try {
    walk.document();
    return null;
  } catch (error) {
    if (error instanceof Broken) return error.problem;
    throw error;
  }
}

/**
 * The place of a value in a JSON text, or of the nearest one around it.
 *
 * @param text Is JSON.
 */
export function jsonPlace(text: string, path: readonly Step[]): number {
  let place = 0;
  let depth = -1;
  new JsonWalk(text, (steps, offset) => {
    const fits = steps.length <= path.length &&
      steps.every((step, index) => step === path[index]);
    // Of names that come twice the last one counts.
    if (fits && steps.length >= depth) [place, depth] = [offset, steps.length];
  }).document();
  return place;
}

class Broken extends Error {
  readonly problem: JsonProblem;

  constructor(problem: JsonProblem) {
    super(problem.expected);
    this.problem = problem;
  }
}

/** Walks over a text once, from value to value. */
class JsonWalk {
  readonly #text: string;
  readonly #visit: (path: readonly Step[], offset: number) => void;
  readonly #path: Step[] = [];
  #at = 0;

  constructor(
    text: string,
    visit: (path: readonly Step[], offset: number) => void,
  ) {
    this.#text = text;
    this.#visit = visit;
  }

  document(): void {
    this.#value();
    this.#skip(SPACE);
    if (this.#at < this.#text.length) this.#fail("the end of the line");
  }

  #value(): void {
    this.#skip(SPACE);
    this.#visit(this.#path, this.#at);
    if (this.#path.length > MAX_DEPTH) this.#fail("less nesting");
    const first = this.#text[this.#at];
    if (first === "{") this.#list("}", () => this.#member());
    else if (first === "[") this.#list("]", (index) => this.#inside(index));
    else if (first === '"') this.#string();
    else if (!this.#skip(LITERAL)) this.#fail("a value");
  }

  /** What stands between brackets, with commas. */
  #list(close: string, item: (index: number) => void): void {
    this.#at++;
    this.#skip(SPACE);
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (let index = 0;; index++) {
      item(index);
      this.#skip(SPACE);
      const found = this.#text[this.#at];
      if (found !== "," && found !== close) this.#fail(`"," or "${close}"`);
      this.#at++;
      if (found === close) return;
    }
  }

  #member(): void {
    this.#skip(SPACE);
    if (this.#text[this.#at] !== '"') this.#fail("a name in double quotes");
    const start = this.#at;
    this.#string();
    const name: string = JSON.parse(this.#text.slice(start, this.#at));
    this.#skip(SPACE);
    if (this.#text[this.#at] !== ":") this.#fail('":"');
    this.#at++;
    this.#inside(name);
  }

  #inside(step: Step): void {
    this.#path.push(step);
    this.#value();
    this.#path.pop();
  }

  #string(): void {
    for (this.#at++;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        if (!this.#skip(ESCAPE)) this.#fail("an escape of JSON");
      } else if (code >= 0x20) this.#at++;
      else this.#fail('the end of the string (")');
    }
    this.#at++;
  }

  /** Passes over what the pattern finds here. @returns Whether it is anything. */
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found !== null;
  }

  #fail(expected: string): never {
    throw new Broken({ offset: this.#at, expected });
  }
}
