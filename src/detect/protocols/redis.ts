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
      "`*` count CRLF `$` length CRLF command CRLF; or an inline command: a word, maybe SP and arguments, CRLF",
    facts: { command: "the first command, in capitals" },
    source: [
      {
        text: "Redis serialization protocol specification",
        url: "https://redis.io/docs/latest/develop/reference/protocol-spec/",
      },
    ],
    stance: [
      "Strict; nothing else begins with `*`, digits, CRLF. An array of no words is passed over, as servers do; what they answer with a protocol error is malformed.",
      "Of inline commands only those that no other protocol of lines has, with CRLF: `GET`, `AUTH`, `HELLO`, `QUIT` and a bare LF are not taken; `set` and `incr` in lower case are memcached's.",
      "TLS comes before Redis, not in it. Valkey, KeyDB and Dragonfly speak the same.",
      "Rules test the first request of a connection only; later ones follow it to the same target.",
    ],
  },
  detect(view, state) {
    if (view.length === 0) return more(1);
    return view[0] === ASTERISK
      ? detectArrays(view, state)
      : detectInline(view);
  },
};
