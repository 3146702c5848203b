/**
 * What HTTP/1 and HTTP/2 share: the rule words for a request, and what its
 * target says.
 *
 * @module
 */
import { exactMatcher, prefixMatcher } from "../matchers.ts";
import type { KnownNames } from "../near_names.ts";
import {
  type ParsedValue,
  parsePattern,
  type RuleWord,
  textWord,
} from "../rule_grammar.ts";
import { WordList } from "../word_list.ts";
import { normalPath } from "./http_path.ts";

/** A path, or the start of one. */
const PATH_START = /^\/[\x21\x22\x24-\x29\x2b-\x3e\x40-\x7e]*$/;

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
/**
 * `PATH /api*`: the path without the query, in any spelling; `PATH *` is that of
 * `OPTIONS *`, and `PATH /^\/api/` is a regular expression over the path.
 */
export const PATH_WORD: RuleWord = {
  ...ASTERISK,
  example: "/api*",
  parse(value) {
    if (value === "*") return ASTERISK.parse(value);
    if (REGEX.test(value)) return parsePattern("path", value);
    const parsed = parsePath(value);
    return parsed.ok && LIKE_REGEX.test(value)
      ? { ...parsed, remark: NO_REGEX }
      : parsed;
  },
};

const NO_REGEX =
  'it is a path: a regular expression has one of the characters ^ \\ [ ] { } | * between its two "/"';

/** Reads a path, or the start of one before a `*`, into its normal form. */
function parsePath(value: string): ParsedValue {
  const prefix = value.endsWith("*");
  const text = prefix ? value.slice(0, -1) : value;
  if (!PATH_START.test(text)) {
    return {
      ok: false,
      expected:
        'a path such as "/api" or "/api*", without a query, or "*", or a regular expression such as "/^/api/"',
    };
  }
  // Behind the start of a name: the dots of "/..*" are not yet a dot segment.
  const normal = normalPath(prefix ? text + "-" : text);
  if (!normal.ok) {
    return {
      ok: false,
      expected: `a path that all servers read alike: ${normal.why}`,
    };
  }
  const { path } = normal;
  return {
    ok: true,
    matcher: prefix
      ? prefixMatcher("path", path.slice(0, -1))
      : exactMatcher("path", path),
  };
}

/** Methods in use that are not registered: of UPnP, and for caches. */
const OTHER_METHODS = "NOTIFY SUBSCRIBE UNSUBSCRIBE M-SEARCH PURGE".split(" ");

/** The methods that are known, found in any case. */
export const KNOWN_METHODS: WordList = new WordList(
  [...METHODS.names, ...OTHER_METHODS],
  { ignoreCase: true },
);

/**
 * Whether a byte may stand in a method: a letter, then also `0-9`, `_` and `-`.
 * A token may hold more signs (RFC 9110 §5.6.2), which no method has.
 */
export function isMethodByte(byte: number, index: number): boolean {
  const letter = byte | 0x20;
  if (letter >= 0x61 && letter <= 0x7a) return true;
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
