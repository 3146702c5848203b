/**
 * TLS, by the ClientHello.
 *
 * `maxBytes` 65536: post-quantum key shares (X25519MLKEM768, RFC 10024) make
 * hellos of 2 to 6 KiB normal. A first record of 1 byte is legal. A proxy that
 * takes a part of a hello for the whole can be led past its rules, so an
 * incomplete one is always `more`.
 * An SSLv2 hello, which mostly offers SSL 3.0 or later (RFC 5246 appendix E.2),
 * is TLS without a server name.
 *
 * @module
 */
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { textWord } from "../rule_grammar.ts";
import { HELLO_FACTS, helloWords, readHello } from "./tls_hello.ts";
import { detectRecords, mayBeRecord, TOO_LONG } from "./tls_records.ts";
import { detectSslV2Hello } from "./tls_sslv2_hello.ts";

/**
 * Recognises a TLS ClientHello. `ja4` and `ja3` are given only where
 * {@linkcode DetectState.needs} names them, as they take longer than all the
 * rest.
 */
export const tls: Detector = {
  name: "TLS",
  summary: "TLS and SSL 3.0, by the ClientHello",
  maxBytes: 65536,
  rules: {
    ...helloWords("t"),
    JA3: textWord("ja3", {
      pattern: /^[\da-f]{32}$/,
      expected: "a JA3 as an MD5 of 32 digits",
    }, { example: "cd08e31494f9531f560d64c695473da9", exact: true }),
  },
  docs: {
    firstBytes:
      "records of `16 03`, any byte, BE16 length of at most 18432; in one or several records `01`, BE24 length and the ClientHello; records that servers skip can precede it or be in between (empty ones, `14 03 xx 00 01 01`, warnings `15 03 xx 00 02 01`); or an SSLv2 hello: BE16 length with the high bit set, `01`, a version of at least 3",
    facts: {
      ...HELLO_FACTS,
      ja3:
        "the JA3 fingerprint, its MD5 in lower case; only where it is asked for",
    },
    source: [
      rfc(9846, "4.2.2"),
      rfc(9846, "5.1"),
      rfc(6066, "3"),
      rfc(7301, "3.1"),
      rfc(9849, "5"),
      rfc(5246, "E.2"),
      {
        text: "JA4",
        url:
          "https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md",
      },
      { text: "JA3", url: "https://github.com/salesforce/ja3" },
    ],
    stance: [
      "Strict: the whole ClientHello is parsed, and every length must fit into the enclosing one. Everything that OpenSSL, GnuTLS, Go or rustls accept is accepted: any minor version of a record, records that one of them skips, a repeated unknown extension. A server that does not accept it refuses the client itself.",
      "A record with another major version, which Go and rustls accept, is TLS only if a valid ClientHello follows.",
      "An incomplete ClientHello never counts as one without a server name; passthru waits for the rest. A ClientHello of more than 65535 bytes is malformed if a rule tests any of its facts, and so is one that another record interrupts.",
      "An invalid server name, two server names, and an invalid list are ambiguous: they give no fact, and if a rule tests the fact, the ClientHello is malformed.",
      "An SSLv2 hello has neither server name nor ALPN; one with inconsistent lengths is not TLS.",
    ],
  },
  detect(view, state) {
    const first = view[0];
    if (first === undefined) return more(1);
    if (first >= 0x80) return detectSslV2Hello(view);
    if (!mayBeRecord(first)) return NO;
    const verdict = detectRecords(view, state, readBody);
    return verdict === TOO_LONG && !needsHello(state) ? match({}) : verdict;
  },
};

/** Whether rules test anything that the hello says. */
function needsHello({ needs }: DetectState): boolean {
  return needs === undefined || needs.size > 0;
}

function readBody(body: Uint8Array, { needs }: DetectState): Verdict {
  return readHello(body, { needs, over: "t" });
}
