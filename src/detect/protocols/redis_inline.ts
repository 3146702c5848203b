/**
 * Inline commands of Redis: a line of words, CRLF.
 *
 * Only commands that no other protocol of lines has. Left out: `GET` (HTTP/0.9),
 * `AUTH`, `TYPE`, `HELLO`, `QUIT` (SMTP, FTP, POP3), `TIME` (IRC), `CLIENT`
 * (DICT), `APPEND`, `TOUCH`, `DECR` (memcached). `SET` and `INCR` count in
 * capitals only: in lower case they are memcached's. A line that ends in another
 * protocol's version (`SUBSCRIBE sip:a SIP/2.0`) and a bare LF (`PING` to ClamAV)
 * are `no`.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { NO_WORD, OPEN_WORD, WordList } from "../word_list.ts";

/** Longest inline command that is looked at. */
export const MAX_INLINE_BYTES = 1024;

const SP = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const CAPITAL_Z = 0x5a;

/** Commands without arguments. */
const BARE = new Set(
  ("BGREWRITEAOF BGSAVE COMMAND DBSIZE FLUSHALL FLUSHDB INFO LASTSAVE " +
    "MONITOR PING RANDOMKEY ROLE SYNC").split(" "),
);

/** Commands with arguments. */
const WITH_ARGUMENTS = new Set(
  ("CLUSTER CONFIG DEL EVAL EXISTS EXPIRE FLUSHALL FLUSHDB HGET " +
    "HGETALL HMSET HSET INCR INCRBY INFO KEYS LLEN LPUSH LRANGE MGET MSET " +
    "PSUBSCRIBE PSYNC PUBLISH REPLCONF REPLICAOF RPUSH SADD SCAN SELECT SET " +
    "SETEX SETNX SLAVEOF SLOWLOG SMEMBERS SUBSCRIBE TTL XADD ZADD ZRANGE")
    .split(" "),
);

const CAPITALS_ONLY = new Set(["INCR", "SET"]);
const WORDS = [...BARE.union(WITH_ARGUMENTS)];
const WORD_LIST = new WordList(WORDS, { ignoreCase: true });
const VERSION_AT_END = / [A-Z]+\/[0-9.]+$/;

/** Looks at bytes that may be an inline command. */
export function detectInline(view: Uint8Array): Verdict {
  const wordEnd = skipLetters(view);
  const place = WORD_LIST.find(view, 0, wordEnd);
  if (place === OPEN_WORD) return more(view.length + 1);
  if (place === NO_WORD) return NO;
  const command = WORDS[place]!;
  if (CAPITALS_ONLY.has(command) && !isCapital(view, wordEnd)) return NO;
  if (view[wordEnd] === CR) {
    return BARE.has(command) ? endLine(view, wordEnd, command) : NO;
  }
  return view[wordEnd] === SP && WITH_ARGUMENTS.has(command)
    ? readArguments(view, wordEnd, command)
    : NO;
}

function skipLetters(view: Uint8Array): number {
  let at = 0;
  // No command of the list is longer than 16 letters.
  while (at < view.length && at < 16 && isLetter(view[at]!)) at++;
  return at;
}

function isLetter(byte: number): boolean {
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

/** Whether the letters up to a place are capitals. */
function isCapital(view: Uint8Array, end: number): boolean {
  for (let at = 0; at < end; at++) if (view[at]! > CAPITAL_Z) return false;
  return true;
}

function readArguments(
  view: Uint8Array,
  from: number,
  command: string,
): Verdict {
  for (let i = from; i < view.length; i++) {
    const byte = view[i]!;
    if (i === MAX_INLINE_BYTES - 2) return NO;
    if (byte === CR) {
      const line = latin1(view.subarray(0, i));
      return line.trimEnd().length === from || VERSION_AT_END.test(line)
        ? NO
        : endLine(view, i, command);
    }
    if (byte < SP || byte === 0x7f) return NO;
  }
  return more(view.length + 2);
}

/** Looks at the LF behind a CR. */
function endLine(view: Uint8Array, cr: number, command: string): Verdict {
  if (view.length === cr + 1) return more(cr + 2);
  return view[cr + 1] === LF ? match({ command }) : NO;
}
