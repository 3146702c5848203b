/**
 * Valve's server queries, which games on Source, GoldSrc and other engines answer.
 *
 * Wire: `ff ff ff ff`, a letter, and what it asks with (Valve Developer Community,
 * "Server queries").
 *
 * @module
 */
import { ascii, startsWith } from "../byte_reader.ts";
import { type DatagramDetector, match, NO } from "../detector.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const HEADER_BYTE = 0xff;
const HEADER_BYTES = 4;
const CHALLENGE_BYTES = 4;
const INFO = ascii("TSource Engine Query\0");
/** Letters with a challenge behind them, or nothing: a client asks for one so. */
const QUERIES: Readonly<Record<number, string>> = {
  0x55: "players",
  0x56: "rules",
};
/** The first bytes of all of them. */
const LETTERS: readonly number[] = Array.from("TUVq", (c) => c.charCodeAt(0));
const CONNECT = ascii("q");
/** A client that connects sends its challenge as `0000000000`, NUL at the end. */
const CONNECT_END = ascii("0000000000\0");

/** Recognises a query to a game server. */
export const source: DatagramDetector = firstDatagramDetector({
  name: "SOURCE",
  summary: "Valve's server queries (Source engine games)",
  rules: {},
  docs: {
    firstBytes:
      "`ff ff ff ff`, then `TSource Engine Query` NUL, `U` or `V` and 4 bytes, or `q` with a challenge",
    facts: { query: "`info`, `players`, `rules` or `connect`" },
    source: [
      {
        text: "Server queries (Valve Developer Community)",
        url: "https://developer.valvesoftware.com/wiki/Server_queries",
      },
    ],
    stance: [
      "Strict: the whole datagram must be the query. Steam's own discovery and queries of other engines, which have the same first four bytes, are not matched.",
    ],
  },
}, (datagram) => {
  if (datagram.length <= HEADER_BYTES) return NO;
  for (let at = 0; at < HEADER_BYTES; at++) {
    if (datagram[at] !== HEADER_BYTE) return NO;
  }
  if (!LETTERS.includes(datagram[HEADER_BYTES]!)) return NO;
  const query = queryOf(datagram.subarray(HEADER_BYTES));
  return query === null ? NO : match({ query });
});

function queryOf(body: Uint8Array): string | null {
  if (startsWith(body, INFO) === true) {
    const rest = body.length - INFO.length;
    return rest === 0 || rest === CHALLENGE_BYTES ? "info" : null;
  }
  if (startsWith(body, CONNECT) === true) {
    const end = body.subarray(1 + CHALLENGE_BYTES);
    return end.length === CONNECT_END.length &&
        startsWith(end, CONNECT_END) === true
      ? "connect"
      : null;
  }
  return body.length === 1 + CHALLENGE_BYTES ? QUERIES[body[0]!] ?? null : null;
}
