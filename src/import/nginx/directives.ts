/**
 * nginx's config as a tree of directives, with the files that it includes.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import type { OtherFiles, Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";
import { type Token, tokensOf } from "./lexer.ts";

/** An argument of a directive. */
export interface Argument {
  readonly text: string;
  readonly origin: Origin;
}

/** A directive. */
export interface Directive {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly origin: Origin;
  /** What stands in its braces; `null`: it has none. */
  readonly block: Block | null;
  /** Of an `include`: why its files are not here in its place. */
  readonly unread?: string;
}

/** Directives between braces, of which each is taken or left. */
export class Block {
  /** All of them, in their order. */
  readonly directives: Directive[] = [];
  readonly #taken = new Set<Directive>();
  readonly #byName = new Map<string, Directive[]>();
  /** Directives of several names, by these; looked up when all are there. */
  readonly #mixed = new Map<string, readonly Directive[]>();
  /** How many directives are in the index. */
  #indexed = 0;

  /** Takes the directives of a name. */
  all(name: string): readonly Directive[] {
    const found = this.#named(name);
    found.forEach((one) => this.#taken.add(one));
    return found;
  }

  /** Takes the directives of some names, in their order. */
  allOf(names: readonly string[]): readonly Directive[] {
    const lists = names.map((name) => this.all(name))
      .filter((list) => list.length > 0);
    if (lists.length < 2) return lists[0] ?? [];
    const key = names.join(" ");
    const known = this.#mixed.get(key) ??
      this.directives.filter(({ name }) => names.includes(name));
    this.#mixed.set(key, known);
    return known;
  }

  /** Takes the last directive of a name. */
  one(name: string): Directive | undefined {
    return this.all(name).at(-1);
  }

  /** Whether there is a directive of a name; it is not taken. */
  has(name: string): boolean {
    return this.#named(name).length > 0;
  }

  /** Takes all directives, which are no names of settings but entries. */
  entries(): readonly Directive[] {
    this.directives.forEach((one) => this.#taken.add(one));
    return this.directives;
  }

  #named(name: string): readonly Directive[] {
    for (; this.#indexed < this.directives.length; this.#indexed++) {
      const one = this.directives[this.#indexed]!;
      const list = this.#byName.get(one.name);
      if (list === undefined) this.#byName.set(one.name, [one]);
      else list.push(one);
    }
    return this.#byName.get(name) ?? [];
  }

  /**
   * What could not be included, also in the blocks of this one, but for those of
   * `http` and `mail`, of which nothing is imported.
   */
  unread(): Directive[] {
    return this.directives.flatMap((one) => {
      if (one.unread !== undefined) return [one];
      const isOther = one.name === "http" || one.name === "mail";
      return isOther ? [] : one.block?.unread() ?? [];
    });
  }

  /** The directives that were not taken. */
  rest(): Directive[] {
    return this.directives.filter((one) => !this.#taken.has(one));
  }
}

/** What reading needs. */
export interface ReadContext {
  readonly others: OtherFiles;
  readonly problems: Problems;
}

/** Deepest nesting of blocks, files included. */
const MAX_DEPTH = 32;
/** Most directives of all files. */
const MAX_DIRECTIVES = 500_000;

/**
 * Reads a file. What is wrong is in the problems, except for an include that is
 * not read: whether it matters depends on where it is.
 */
export async function readDirectives(
  source: SourceText,
  context: ReadContext,
): Promise<Block> {
  return await new Reader(context).file(source, new Block(), [source.file]);
}

class Reader {
  readonly #others: OtherFiles;
  readonly #problems: Problems;
  #count = 0;

  constructor({ others, problems }: ReadContext) {
    this.#others = others;
    this.#problems = problems;
  }

  /** Reads a file into a block. `open` are the files that it is read for. */
  async file(
    source: SourceText,
    block: Block,
    open: readonly string[],
  ): Promise<Block> {
    const stack: { block: Block; origin: Origin }[] = [];
    let current = block;
    let words: Token[] = [];
    for (const token of tokensOf(source, this.#problems)) {
      if (token.kind === "word") {
        words.push(token);
      } else if (token.kind === "}") {
        if (words.length > 0) this.#unfinished(words);
        const outer = stack.pop();
        if (outer === undefined) {
          this.#problems.add(token.origin, 'There is no "{" for this "}"');
          return block;
        }
        current = outer.block;
        words = [];
      } else {
        const [name, ...args] = words;
        words = [];
        if (name === undefined) {
          this.#problems.add(
            token.origin,
            `Expected a directive before "${token.kind}"`,
          );
          if (token.kind === "{") return block;
          continue;
        }
        if (++this.#count > MAX_DIRECTIVES) {
          this.#problems.add(
            name.origin,
            `Too many directives: expected at most ${MAX_DIRECTIVES}`,
          );
          return block;
        }
        if (token.kind === ";" && name.text === "include") {
          await this.#include({ name, args }, current, open);
          continue;
        }
        const inner = token.kind === "{" ? new Block() : null;
        current.directives.push({
          name: name.text,
          args,
          origin: name.origin,
          block: inner,
        });
        if (inner === null) continue;
        stack.push({ block: current, origin: name.origin });
        if (stack.length + open.length > MAX_DEPTH) {
          this.#problems.add(
            name.origin,
            `Nested too deep: expected at most ${MAX_DEPTH} levels`,
          );
          return block;
        }
        current = inner;
      }
    }
    if (words.length > 0) this.#unfinished(words);
    const unclosed = stack.at(-1);
    if (unclosed !== undefined) {
      this.#problems.add(unclosed.origin, 'There is no "}" for this block');
    }
    return block;
  }

  #unfinished(words: readonly Token[]): void {
    const { origin, text } = words[0]!;
    this.#problems.add(origin, `There is no ";" behind ${quoted(text)}`);
  }

  async #include(
    { name, args }: { name: Token; args: readonly Token[] },
    into: Block,
    open: readonly string[],
  ): Promise<void> {
    const [pattern] = args;
    if (pattern === undefined || args.length > 1) {
      this.#problems.add(name.origin, '"include" expects one file');
      return;
    }
    const files = await this.#others.read(pattern.text, pattern.origin.source);
    if (typeof files === "string") {
      const { text, origin } = name;
      into.directives.push({
        name: text,
        args,
        origin,
        block: null,
        unread: files,
      });
      return;
    }
    for (const file of files) {
      if (open.includes(file.file)) {
        this.#problems.add(
          pattern.origin,
          `${quoted(pattern.text)} includes itself`,
        );
      } else await this.file(file, into, [...open, file.file]);
    }
  }
}
