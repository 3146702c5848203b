/**
 * The tokens of nginx's config syntax.
 *
 * The parsers that npm has keep no columns, and read included files themselves.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import type { Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";

/** A token. */
export interface Token {
  readonly kind: "word" | "{" | "}" | ";";
  /** A word without its quotes and escapes. */
  readonly text: string;
  readonly origin: Origin;
}

const SKIPPED = /\s+|#[^\n]*/y;
const QUOTED = /"[^"\\]*(?:\\[^][^"\\]*)*"|'[^'\\]*(?:\\[^][^'\\]*)*'/y;
/** Up to what ends a word; `${name}` has braces of its own. */
const PLAIN = /(?:\$\{[^}\s]*\}|\\[^]|[^\s;{}\\$]+|\$)+/y;

/** Cuts a file into tokens. What is none is a problem. */
export function tokensOf(source: SourceText, problems: Problems): Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  for (;;) {
    while (take(SKIPPED) !== undefined);
    if (at >= text.length) return tokens;
    const start = at;
    const add = (kind: Token["kind"], word: string) => {
      const span = { offset: start, length: at - start };
      tokens.push({ kind, text: word, origin: { source, span } });
    };
    const char = text[at]!;
    if (char === "{" || char === "}" || char === ";") {
      at++;
      add(char, char);
      continue;
    }
    const string = char === '"' || char === "'" ? take(QUOTED) : undefined;
    if (string !== undefined) {
      add("word", unescaped(string.slice(1, -1)));
      continue;
    }
    const word = char === '"' || char === "'" ? undefined : take(PLAIN);
    if (word !== undefined) {
      add("word", unescaped(word));
      continue;
    }
    const span = { offset: start, length: 1 };
    problems.add(
      { source, span },
      char === "\\"
        ? "The file ends behind a backslash"
        : `Text is not closed: expected a quote (${quoted(char)})`,
    );
    return tokens;
  }
}

/** nginx knows `\t`, `\r`, `\n`, `\"`, `\'` and `\\`; it keeps others. */
function unescaped(text: string): string {
  return text.replace(/\\([^])/g, (whole, char: string) => {
    const known = { t: "\t", r: "\r", n: "\n" }[char];
    return known ?? (`"'\\`.includes(char) ? char : whole);
  });
}
