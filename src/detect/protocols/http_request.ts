/**
 * What HTTP/1 and HTTP/2 share: the rule words for a request, and what its
 * target says.
 *
 * @module
 */
import type { KnownNames } from "../near_names.ts";
import { parsePattern, type RuleWord, textWord } from "../rule_grammar.ts";

const PREFIX_OR_PATH = textWord("path", {
  pattern: /^\/[\x21\x22\x24-\x3e\x40-\x7e]*$/,
  expected:
    'a path such as "/api" or "/api*", without a query, or "*", or a regular expression such as "/^/api/"',
}, { example: "/api*" });

const ASTERISK = textWord("path", {
  pattern: /^\*$/,
  expected: '"*"',
}, { exact: true });

/**
 * What makes a text between two `/` a regular expression: a character that no
 * path has (RFC 3986 §3.3), or a `*`, which a path has only at its end here.
 */
const REGEX = /^\/.*[\^\\[\]{}|*].*\/$/;
/** A path that may have been meant as a regular expression. */
const LIKE_REGEX = /^\/.*[$()+].*\/$/;

const METHODS: KnownNames = {
  what: "a registered HTTP method",
  names: [
    ..."GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY".split(" "),
    ..."PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK ACL BIND".split(" "),
    ..."BASELINE-CONTROL CHECKIN CHECKOUT LABEL LINK MERGE".split(" "),
    ..."MKACTIVITY MKCALENDAR MKREDIRECTREF MKWORKSPACE".split(" "),
    ..."ORDERPATCH REBIND REPORT SEARCH UNBIND UNCHECKOUT UNLINK".split(" "),
    ..."UPDATE UPDATEREDIRECTREF VERSION-CONTROL PRI".split(" "),
  ],
  others: {},
};

/** `METHOD GET`: the method, letter by letter. */
export const METHOD_WORD: RuleWord = textWord("method", {
  pattern: /^[A-Z][A-Z0-9_-]{0,31}$/,
  expected: 'a method such as "GET"',
}, { example: "GET", exact: true, known: METHODS });

/**
 * `PATH /api*`: the path without the query; `PATH *` is that of `OPTIONS *`, and
 * `PATH /^\/api/` is a regular expression over the path.
 */
export const PATH_WORD: RuleWord = {
  ...PREFIX_OR_PATH,
  parse(value) {
    if (value === "*") return ASTERISK.parse(value);
    if (REGEX.test(value)) return parsePattern("path", value);
    const parsed = PREFIX_OR_PATH.parse(value);
    return parsed.ok && LIKE_REGEX.test(value)
      ? { ...parsed, remark: NO_REGEX }
      : parsed;
  },
};

const NO_REGEX =
  'it is a path: a regular expression has one of the characters ^ \\ [ ] { } | * between its two "/"';

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
