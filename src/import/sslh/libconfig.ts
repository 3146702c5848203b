/**
 * libconfig's syntax: settings with places.
 *
 * npm has no parser of it, and the parsers of other languages keep no places.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import type { OtherFiles, Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";
import { Lexer, type Token } from "./libconfig_lexer.ts";

/** A value of libconfig. */
export type LibconfigValue =
  & { readonly origin: Origin }
  & (
    | { readonly kind: "text"; readonly value: string }
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "boolean"; readonly value: boolean }
    | { readonly kind: "array" | "list"; readonly items: LibconfigValue[] }
    | { readonly kind: "group"; readonly settings: LibconfigSetting[] }
  );

/** A name with its value. */
export interface LibconfigSetting {
  readonly name: string;
  readonly origin: Origin;
  readonly value: LibconfigValue;
}

/** Deepest nesting; sslh itself needs 3. */
const MAX_DEPTH = 32;
/** Most files that include each other; libconfig has 10. */
const MAX_INCLUDE_DEPTH = 10;

/** What stops the reading of a file. */
class Stop extends Error {}

/** Reads a file's settings. What is wrong is in the problems. */
export async function parseLibconfig(
  source: SourceText,
  { others, problems }: {
    readonly others: OtherFiles;
    readonly problems: Problems;
  },
): Promise<LibconfigSetting[]> {
  const tokens = await tokensOf(source, { others, problems, open: [] });
  const parser = new Parser(tokens, source, problems);
  try {
    return parser.settings(null);
  } catch (error) {
    if (error instanceof Stop) return [];
    throw error;
  }
}

interface Including {
  readonly others: OtherFiles;
  readonly problems: Problems;
  /** The files that are being read, the first of them outermost. */
  readonly open: readonly string[];
}

/** The tokens of a file, those of the files that it includes among them. */
async function tokensOf(
  source: SourceText,
  { others, problems, open }: Including,
): Promise<Token[]> {
  const tokens: Token[] = [];
  for (const token of new Lexer(source, problems).tokens()) {
    if (token.kind !== "include") {
      tokens.push(token);
      continue;
    }
    const within = [...open, source.file];
    const files = await others.read(token.text, source);
    if (typeof files === "string") problems.add(token.origin, files);
    for (const file of typeof files === "string" ? [] : files) {
      if (within.includes(file.file)) {
        problems.add(token.origin, `${quoted(token.text)} includes itself`);
      } else if (within.length >= MAX_INCLUDE_DEPTH) {
        problems.add(
          token.origin,
          `Included too deep: expected at most ${MAX_INCLUDE_DEPTH} levels`,
        );
      } else {
        const inner = { others, problems, open: within };
        for (const one of await tokensOf(file, inner)) tokens.push(one);
      }
    }
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #source: SourceText;
  readonly #problems: Problems;
  #at = 0;
  #depth = 0;

  constructor(
    tokens: readonly Token[],
    source: SourceText,
    problems: Problems,
  ) {
    this.#tokens = tokens;
    this.#source = source;
    this.#problems = problems;
  }

  /** @param open The brace that the settings stand in; `null`: the file. */
  settings(open: Token | null): LibconfigSetting[] {
    const found = new Map<string, LibconfigSetting>();
    for (let token = this.#next(); token !== null; token = this.#next()) {
      if (token.kind === "}" && open !== null) return [...found.values()];
      if (token.kind !== "name") {
        throw this.#stop(token, `Expected a name, found ${shown(token)}`);
      }
      const setting = this.#setting(token);
      const first = found.get(token.text);
      if (first === undefined) found.set(token.text, setting);
      else {
        this.#problems.add(
          token.origin,
          `Duplicate setting ${quoted(token.text)}`,
          { origin: first.origin, message: "first set here" },
        );
      }
    }
    if (open !== null) throw this.#stop(open, 'There is no "}" for this "{"');
    return [...found.values()];
  }

  #setting(name: Token): LibconfigSetting {
    const sign = this.#next();
    if (sign === null || (sign.kind !== ":" && sign.kind !== "=")) {
      throw this.#stop(
        sign ?? name,
        `Expected ":" or "=" after ${quoted(name.text)}${
          sign === null ? "" : `, found ${shown(sign)}`
        }`,
      );
    }
    const value = this.#value(this.#next() ?? sign);
    const end = this.#peek();
    if (end?.kind === ";" || end?.kind === ",") this.#next();
    return { name: name.text, origin: name.origin, value };
  }

  #value(token: Token): LibconfigValue {
    const { origin } = token;
    switch (token.kind) {
      case "text":
        return { kind: "text", value: this.#joined(token), origin };
      case "number":
        return { kind: "number", value: Number(token.text), origin };
      case "boolean":
        return { kind: "boolean", value: token.text === "true", origin };
      case "[":
      case "(":
        return this.#deeper(token, () => this.#list(token));
      case "{":
        return this.#deeper(token, () => ({
          kind: "group",
          settings: this.settings(token),
          origin,
        }));
      default:
        throw this.#stop(token, `Expected a value, found ${shown(token)}`);
    }
  }

  /** Texts that follow each other are one. */
  #joined(first: Token): string {
    let text = first.text;
    while (this.#peek()?.kind === "text") text += this.#next()!.text;
    return text;
  }

  #list(open: Token): LibconfigValue {
    const end = open.kind === "[" ? "]" : ")";
    const items: LibconfigValue[] = [];
    for (let token = this.#next(); token !== null; token = this.#next()) {
      if (token.kind === end) {
        const kind = open.kind === "[" ? "array" : "list";
        return { kind, items, origin: open.origin };
      }
      items.push(this.#value(token));
      if (this.#peek()?.kind === ",") this.#next();
      else if (this.#peek() !== null && this.#peek()!.kind !== end) {
        const next = this.#peek()!;
        throw this.#stop(
          next,
          `Expected "," or "${end}", found ${shown(next)}`,
        );
      }
    }
    throw this.#stop(open, `There is no "${end}" for this "${open.kind}"`);
  }

  #deeper<T>(token: Token, read: () => T): T {
    if (++this.#depth > MAX_DEPTH) {
      throw this.#stop(
        token,
        `Nested too deep: expected at most ${MAX_DEPTH} levels`,
      );
    }
    const value = read();
    this.#depth--;
    return value;
  }

  #peek(): Token | null {
    return this.#tokens[this.#at] ?? null;
  }

  #next(): Token | null {
    return this.#tokens[this.#at++] ?? null;
  }

  #stop({ origin }: Token, message: string): Stop {
    this.#problems.add(origin, message);
    return new Stop(this.#source.file);
  }
}

function shown({ kind, text }: Token): string {
  return kind === "text" || kind === "name" || kind === "number"
    ? quoted(text)
    : `"${kind}"`;
}
