/**
 * What HTTP/1 and HTTP/2 share: the rule words for a request, and what its
 * target says.
 *
 * @module
 */
import type { RuleWord } from "../rule_grammar.ts";
import { textWord } from "../rule_grammar.ts";

const PREFIX_OR_PATH = textWord("path", {
  pattern: /^\/[\x21\x22\x24-\x3e\x40-\x7e]*$/,
  expected: 'a path such as "/api" or "/api*", or "*"',
}, { example: "/api*" });

const ASTERISK = textWord("path", {
  pattern: /^\*$/,
  expected: '"*"',
}, { exact: true });

/** `METHOD GET`: the method, letter by letter. */
export const METHOD_WORD: RuleWord = textWord("method", {
  pattern: /^[A-Z][A-Z0-9_-]{0,31}$/,
  expected: 'a method such as "GET"',
}, { example: "GET", exact: true });

/** `PATH /api*`: the path without the query; `PATH *` is that of `OPTIONS *`. */
export const PATH_WORD: RuleWord = {
  ...PREFIX_OR_PATH,
  parse: (value) =>
    value === "*" ? ASTERISK.parse(value) : PREFIX_OR_PATH.parse(value),
};

/** Whether a byte may stand in a method: `A-Z`, then also `0-9`, `_` and `-`. */
export function isMethodByte(byte: number, index: number): boolean {
  if (byte >= 0x41 && byte <= 0x5a) return true;
  return index > 0 &&
    ((byte >= 0x30 && byte <= 0x39) || byte === 0x5f || byte === 0x2d);
}

/** Longest method. */
export const MAX_METHOD_BYTES = 32;

/** Whether a byte may stand in a target: visible ASCII, or not ASCII at all. */
export function isTargetByte(byte: number): boolean {
  return byte > 0x20 && byte !== 0x7f;
}

/** A target without its query and fragment. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}
