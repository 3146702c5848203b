/**
 * What TLS, QUIC and DTLS share: the rule words, the facts and the reading of a
 * ClientHello that is there in whole.
 *
 * @module
 */
import { ByteReader } from "../byte_reader.ts";
import { type DetectState, match, type Verdict } from "../detector.ts";
import {
  flagWord,
  hostWord,
  type RuleWord,
  textWord,
} from "../rule_grammar.ts";
import { ALPN_WORD } from "./alpn_word.ts";
import { parseClientHello } from "./tls_client_hello.ts";
import {
  ja3,
  ja4,
  type Ja4Transport,
  readHelloParts,
} from "./tls_fingerprint.ts";

/** The words about a hello. */
export type HelloWord = "SNI" | "ALPN" | "NOSNI" | "VERSION" | "ECH" | "JA4";

/** The rule words about a hello. */
export function helloWords(over: Ja4Transport): Record<HelloWord, RuleWord> {
  const ja4Example = `${over}13d1516h2_8daaf6152771_b186095e22b6`;
  return {
    SNI: hostWord("sni"),
    ALPN: over === "q" ? { ...ALPN_WORD, example: "h3" } : ALPN_WORD,
    NOSNI: flagWord("sni", false),
    VERSION: textWord("version", {
      pattern: /^(?:3\.0|1\.[0-3])$/,
      expected:
        'the highest version offered: "1.3", "1.2", "1.1", "1.0" or "3.0"',
    }, { example: "1.3", exact: true }),
    ECH: flagWord("ech", true),
    JA4: textWord("ja4", {
      pattern: new RegExp(
        `^${over}(?:\\d\\d|s\\d)[di]\\d{4}[\\da-zA-Z]{2}_[\\da-f]{12}_[\\da-f]{12}$`,
      ),
      expected: `a JA4 such as "${ja4Example}"`,
    }, { example: ja4Example, exact: true }),
  };
}

/** What the facts of a hello are, for the docs of a detector. */
export const HELLO_FACTS = {
  sni:
    "the server name: lower case, without a final dot; absent when the hello names none",
  alpn: "the protocols offered, in their order, as sent, without GREASE",
  version:
    "the highest version offered: `3.0`, `1.0`, `1.1`, `1.2` or `1.3`; absent when none of these is",
  ech:
    "`true` when the hello carries Encrypted ClientHello; `sni` is then the outer name",
  ja4: "the JA4 fingerprint of the hello; only where it is asked for",
} as const;

/** What a hello is read for. */
export interface HelloUse {
  /** As {@linkcode DetectState.needs}: `ja4` and `ja3` only where it has them. */
  readonly needs?: DetectState["needs"];
  /** What the hello came over. */
  readonly over: Ja4Transport;
}

/**
 * Reads the body of a hello.
 *
 * @param body All of it, and nothing behind it.
 */
export function readHello(
  body: Uint8Array,
  { needs, over }: HelloUse,
): Verdict {
  const form = { dtls: over === "d", namePort: over === "q" };
  const verdict = parseClientHello(new ByteReader(body), { needs, ...form });
  if (verdict.kind !== "match" || needs === undefined) return verdict;
  const wantsJa3 = over === "t" && needs.has("ja3");
  if (!needs.has("ja4") && !wantsJa3) return verdict;
  const parts = readHelloParts(new ByteReader(body), form);
  return match({
    ...verdict.facts,
    ...(needs.has("ja4") ? { ja4: ja4(parts, over) } : {}),
    ...(wantsJa3 ? { ja3: ja3(parts) } : {}),
  });
}
