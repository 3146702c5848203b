/**
 * The config file as a tree with positions: JSONC, without its syntax errors.
 *
 * @module
 */
import {
  createScanner,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { type Diagnostic, MAX_ERRORS } from "./diagnostics.ts";
import { duplicateKeys, type JsonNode } from "./json_tree.ts";
import { SourceText } from "./source_text.ts";

export * from "./json_tree.ts";

/** Largest config file, in bytes: a hundred thousand rules fit in. */
export const MAX_CONFIG_BYTES = 8 * 1024 * 1024;
/** Deepest nesting; the config language itself needs 7. */
const MAX_DEPTH = 32;

/** What parsing gives: a tree only when there are no errors. */
export interface ParsedSource {
  readonly source: SourceText;
  readonly root: JsonNode | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the parser's error codes mean to people. */
const SYNTAX_ERRORS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'Invalid word: expected a name or a text in double quotes (")',
  InvalidNumberFormat: "Invalid number",
  PropertyNameExpected: 'Expected a name in double quotes, or "}"',
  ValueExpected: "Expected a value",
  ColonExpected: 'Expected ":" after the name',
  CommaExpected: 'Expected "," before the next entry',
  CloseBraceExpected: 'Expected "}": an object is not closed',
  CloseBracketExpected: 'Expected "]": an array is not closed',
  EndOfFileExpected: "Expected the end of the file",
  UnexpectedEndOfComment: "Comment is not closed",
  UnexpectedEndOfString: 'String is not closed: expected a double quote (")',
  UnexpectedEndOfNumber: "Number is not complete",
  InvalidUnicode: "Invalid \\u escape: expected four hexadecimal digits",
  InvalidEscapeCharacter: "Invalid escape in a string",
  InvalidCharacter: "Invalid character in a string",
};

/** What parsing may be told. */
export interface ParseOptions {
  /** The offset of the first character. Default: 0. */
  readonly base?: number;
  /** What a file that is empty should have been. Default: that of a config. */
  readonly expected?: string;
  /** Deepest nesting. Default: that of a config. */
  readonly maxDepth?: number;
}

/**
 * Parses a config file's bytes.
 *
 * @param file Name of the file, as messages show it.
 */
export function parseSource(
  file: string,
  bytes: Uint8Array,
  {
    base = 0,
    expected = 'an object with "version" and "servers"',
    maxDepth = MAX_DEPTH,
  }: ParseOptions = {},
): ParsedSource {
  const encoding = checkEncoding(bytes);
  if (encoding !== null) {
    return failure(new SourceText(file, "", base), encoding);
  }
  const text = new TextDecoder().decode(bytes);
  const source = new SourceText(file, text, base);
  const problem = checkUtf8(bytes, text) ?? checkDepth(text, maxDepth);
  if (problem !== null) {
    const { offset, length } = problem.span;
    const span = { offset: base + offset, length };
    return { source, root: null, diagnostics: [{ ...problem, span }] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const diagnostics = syntaxErrors(source, errors);
  if (root === undefined && codeOf(errors[0]) === "ValueExpected") {
    return failure(source, `The file is empty: expected ${expected}`);
  }
  if (diagnostics.length > 0 || root === undefined) {
    return { source, root: null, diagnostics };
  }
  if (base > 0) shift(root, base);
  return { source, root, diagnostics: duplicateKeys(root) };
}

/** Moves a tree to the offsets of its file. */
function shift(node: Node, base: number): void {
  (node as { offset: number }).offset += base;
  for (const child of node.children ?? []) shift(child, base);
}

function failure(source: SourceText, message: string): ParsedSource {
  const span = { offset: source.base, length: 1 };
  return {
    source,
    root: null,
    diagnostics: [{ severity: "error", message, span }],
  };
}

function checkEncoding(bytes: Uint8Array): string | null {
  if (bytes.length > MAX_CONFIG_BYTES) {
    return `The file has ${bytes.length} bytes: expected at most ${MAX_CONFIG_BYTES}`;
  }
  const [a, b] = bytes;
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)
    ? "The file is UTF-16: expected UTF-8"
    : null;
}

function checkUtf8(bytes: Uint8Array, text: string): Diagnostic | null {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return null;
  } catch {
    const offset = Math.max(0, text.indexOf("\ufffd"));
    const message = "The file is not valid UTF-8";
    return { severity: "error", message, span: { offset, length: 1 } };
  }
}

/** The parser recurses: what is too deep must not reach it. */
function checkDepth(text: string, maxDepth: number): Diagnostic | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (
    scanner.scan();
    scanner.getTokenOffset() < text.length;
    scanner.scan()
  ) {
    // A string token starts with its quote, so a brace is always a token.
    const first = text[scanner.getTokenOffset()];
    if (first === "{" || first === "[") depth++;
    else if (first === "}" || first === "]") depth--;
    if (depth > maxDepth) {
      const span = { offset: scanner.getTokenOffset(), length: 1 };
      const message = `Nested too deep: expected at most ${maxDepth} levels`;
      return { severity: "error", message, span };
    }
  }
  return null;
}

/**
 * One error a line, since what follows on it is mostly the first one's fault;
 * and no missing value after an invalid word, which stood in its place.
 */
function syntaxErrors(
  source: SourceText,
  errors: readonly ParseError[],
): Diagnostic[] {
  const lines = new Set<number>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, found] of errors.entries()) {
    if (diagnostics.length >= MAX_ERRORS) break;
    const { length } = found;
    const offset = source.base + found.offset;
    const line = source.line(offset);
    const code = codeOf(found);
    const follows = code === "ValueExpected" &&
      codeOf(errors[index - 1]) === "InvalidSymbol";
    if (lines.has(line) || follows) continue;
    lines.add(line);
    diagnostics.push({
      severity: "error",
      message: SYNTAX_ERRORS[code] ?? `Syntax error: ${code}`,
      span: { offset, length: Math.max(1, length) },
    });
  }
  return diagnostics;
}

function codeOf(error: ParseError | undefined): string {
  return error === undefined ? "" : printParseErrorCode(error.error);
}
