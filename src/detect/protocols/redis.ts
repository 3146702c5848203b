/**
 * Redis, by the first command.
 *
 * An array is what every client library sends; a line of words comes from
 * people, health checks and old replicas: see `redis_inline.ts` for which.
 *
 * `maxBytes` 1024: longest inline command; an array is known after its word.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { more } from "../detector.ts";
import { textWord } from "../rule_grammar.ts";
import { detectArrays } from "./redis_array.ts";
import { detectInline, MAX_INLINE_BYTES } from "./redis_inline.ts";

const ASTERISK = 0x2a;

/** Recognises a Redis client. */
export const redis: Detector = {
  name: "REDIS",
  summary: "Redis, by the first command",
  maxBytes: MAX_INLINE_BYTES,
  rules: {
    COMMAND: textWord("command", {
      pattern: /^[A-Z_][A-Z0-9_.|-]*$/,
      expected: 'a command such as "PING" or "FT.*"',
    }, { example: "PING" }),
  },
  docs: {
    firstBytes:
      "`*` count CRLF `$` length CRLF command CRLF; or an inline command: a word, optionally SP and arguments, CRLF",
    facts: { command: "the first command, in capitals" },
    source: [
      {
        text: "Redis serialization protocol specification",
        url: "https://redis.io/docs/latest/develop/reference/protocol-spec/",
      },
    ],
    stance: [
      "Strict: no other protocol starts with `*`, digits, CRLF. An empty array is skipped, as servers do; input that servers answer with a protocol error is malformed.",
      "Inline commands match only with CRLF and only if no other text protocol has them: `GET`, `AUTH`, `HELLO` and `QUIT` are not matched; `set` and `incr` in lower case are memcached.",
      "Redis over TLS is TLS. Valkey, KeyDB and Dragonfly use the same protocol.",
      "Rules test only the first request of a connection; later requests go to the same target.",
    ],
  },
  detect(view, state) {
    if (view.length === 0) return more(1);
    return view[0] === ASTERISK
      ? detectArrays(view, state)
      : detectInline(view);
  },
};
