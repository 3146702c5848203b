/**
 * The rule words for header lines of an HTTP/1 request.
 *
 * @module
 */
import {
  type ParsedValue,
  parsePattern,
  type RuleWord,
  textWord,
} from "../rule_grammar.ts";
import { HEADER_FACT } from "./http_fields.ts";

/** A header name (RFC 9110 §5.6.2). */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const UPGRADE = textWord("upgrade", {
  pattern: /^[!#$%&'+.^_`|~0-9A-Za-z/-]+$/,
  expected: 'a protocol such as "websocket"',
}, {
  example: "websocket",
  many: true,
  exact: true,
  late: true,
  known: {
    what: "a registered upgrade token",
    names: ["websocket", "connect-udp", "connect-ip", "tls/1.0", "h2c"],
    others: { ws: "websocket", wss: "websocket", http2: "h2c" },
  },
});

/** `UPGRADE websocket`: a protocol of the Upgrade header, in any case. */
export const UPGRADE_WORD: RuleWord = {
  ...UPGRADE,
  parse: (value) => UPGRADE.parse(value.toLowerCase()),
};

/**
 * `HEADER name value`: one line of that name has that value, letter by letter; a
 * `*` at the end stands for any rest, and a value between two `/` is a regular
 * expression. Case does not matter in the name.
 */
export const HEADER_WORD: RuleWord = {
  fact: HEADER_FACT,
  kind: "text",
  example: "user-agent curl*",
  many: true,
  tokens: 2,
  late: true,
  parse(text) {
    const space = text.indexOf(" ");
    const name = text.slice(0, space).toLowerCase();
    if (!NAME.test(name)) {
      return { ok: false, expected: 'a header name such as "user-agent"' };
    }
    if (name === "host") {
      return { ok: false, expected: 'another header: HOST is for "host"' };
    }
    const fact = HEADER_FACT + name;
    const parsed = parseValue(fact, text.slice(space + 1));
    return parsed.ok
      ? { ok: true, matcher: { ...parsed.matcher, fact } }
      : parsed;
  },
};

function parseValue(fact: string, value: string): ParsedValue {
  // A path such as "/api" is a value, "/^curl/" an expression.
  if (value.length > 2 && value.startsWith("/") && value.endsWith("/")) {
    return parsePattern(fact, value);
  }
  return textWord(fact, {
    pattern: /^[\x21-\xff]*$/,
    expected: 'a value such as "curl*" (for "*" within, a regular expression)',
  }).parse(value);
}
