/**
 * TLS, by the ClientHello.
 *
 * `maxBytes` 65536: post-quantum key shares make hellos of 2 to 6 KiB normal. A
 * first record of 1 byte is legal. A proxy that takes a part of a hello for the
 * whole can be led past its rules, so an incomplete one is always `more`.
 * An SSLv2 hello, which mostly offers SSL 3.0 or later (RFC 5246 appendix E.2),
 * is TLS without a server name.
 *
 * @module
 */
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { malformed, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { textWord } from "../rule_grammar.ts";
import { HELLO_FACTS, helloWords, readHello } from "./tls_hello.ts";
import { detectSslV2Hello } from "./tls_sslv2_hello.ts";

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
const RECORD_HEADER_BYTES = 5;
const MESSAGE_HEADER_BYTES = 4;
const MAX_RECORD_BYTES = 16384;
const MAX_MESSAGE_BYTES = 65535;

const TOO_LONG = malformed("the ClientHello is longer than 65535 bytes");

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
      "records of `16 03 00..04`, BE16 length of 1 to 16384; in them, in one or over many, `01`, BE24 length and the ClientHello; or an SSLv2 hello: BE16 length with the high bit set, `01 03 00..04`",
    facts: {
      ...HELLO_FACTS,
      ja3:
        "the JA3 fingerprint, its MD5 in lower case; only where it is asked for",
    },
    source: [
      rfc(8446, "4.1.2"),
      rfc(8446, "5.1"),
      rfc(6066, "3"),
      rfc(7301, "3.1"),
      rfc(5246, "E.2"),
      {
        text: "JA4",
        url:
          "https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md",
      },
      { text: "JA3", url: "https://github.com/salesforce/ja3" },
      {
        text: "draft-ietf-tls-esni (ECH)",
        url: "https://datatracker.ietf.org/doc/draft-ietf-tls-esni/",
      },
    ],
    stance: [
      "Strict: the whole hello is parsed, every length against the one outside it.",
      "An incomplete hello is waited for, and never taken for one without a name.",
      "A hello of more than 65535 bytes, with two server names or with an extension twice is malformed, and so is one that another record interrupts.",
      "An SSLv2 hello has neither name nor ALPN; one that does not add up is not TLS.",
    ],
  },
  detect(view, state) {
    const first = view[0];
    if (first === undefined) return more(1);
    if (first >= 0x80) return detectSslV2Hello(view);
    return detectStart(view) ?? detectInPlace(view, state) ??
      detectSplit(view, state);
  },
};

/** Looks at the bytes that may say `no`; `null`: it is a ClientHello. */
function detectStart(view: Uint8Array): Verdict | null {
  if (view[0] !== HANDSHAKE) return NO;
  if (view.length < 2) return more(2);
  if (view[1] !== 3) return NO;
  if (view.length < 3) return more(3);
  if (view[2]! > 4) return NO;
  if (view.length < RECORD_HEADER_BYTES) return more(view.length + 1);
  // Nothing in an empty record says that a hello follows: who sends one (as
  // Skype did) only wants to look like TLS.
  if (recordLength(view, 0) === 0) return NO;
  if (view.length < 6) return more(6);
  return view[5] === CLIENT_HELLO ? checkRecord(view, 0) : NO;
}

/** Reads a hello that lies in one record, without a copy; `null`: it does not. */
function detectInPlace(view: Uint8Array, state: DetectState): Verdict | null {
  const recordEnd = RECORD_HEADER_BYTES + recordLength(view, 0);
  const start = RECORD_HEADER_BYTES + MESSAGE_HEADER_BYTES;
  if (recordEnd < start) return null;
  if (view.length < start) return more(start);
  const end = start + messageLength(view, RECORD_HEADER_BYTES);
  if (end - start > MAX_MESSAGE_BYTES) return TOO_LONG;
  if (end > recordEnd) return null;
  if (view.length < end) return more(end);
  return readHello(view.subarray(start, end), {
    needs: state.needs,
    over: "t",
  });
}

/** Puts a hello together that lies in several records. */
function detectSplit(view: Uint8Array, state: DetectState): Verdict {
  const message = new Uint8Array(view.length);
  let got = 0;
  let missing = MESSAGE_HEADER_BYTES;
  for (let at = 0;;) {
    const start = at + RECORD_HEADER_BYTES;
    if (view.length < start) return more(at + wireBytes(missing));
    const problem = checkRecord(view, at);
    if (problem !== null) return problem;
    const end = start + recordLength(view, at);
    message.set(view.subarray(start, end), got);
    got += Math.min(end, view.length) - start;
    if (got >= MESSAGE_HEADER_BYTES) {
      const length = messageLength(message, 0);
      if (length > MAX_MESSAGE_BYTES) return TOO_LONG;
      const size = MESSAGE_HEADER_BYTES + length;
      if (got >= size) {
        const body = message.subarray(MESSAGE_HEADER_BYTES, size);
        return readHello(body, { needs: state.needs, over: "t" });
      }
      missing = size - got;
    } else missing = MESSAGE_HEADER_BYTES - got;
    if (end > view.length) return askInRecord(view.length, end, missing);
    at = end;
  }
}

/** Asks for the rest of a record, and of the message behind it. */
function askInRecord(length: number, end: number, missing: number): Verdict {
  const behind = missing - (end - length);
  return more(behind > 0 ? end + wireBytes(behind) : length + missing);
}

/** Fewest bytes in which a part of a message can come, with record headers. */
function wireBytes(count: number): number {
  return count + RECORD_HEADER_BYTES * Math.ceil(count / MAX_RECORD_BYTES);
}

function checkRecord(view: Uint8Array, at: number): Verdict | null {
  if (view[at] !== HANDSHAKE) {
    return malformed("another record comes before the ClientHello is complete");
  }
  if (view[at + 1] !== 3 || view[at + 2]! > 4) {
    return malformed("a record has no TLS version");
  }
  const length = recordLength(view, at);
  if (length === 0) return malformed("a record is empty");
  return length > MAX_RECORD_BYTES
    ? malformed("a record is longer than 16384 bytes")
    : null;
}

function recordLength(view: Uint8Array, at: number): number {
  return (view[at + 3]! << 8) | view[at + 4]!;
}

function messageLength(message: Uint8Array, at: number): number {
  return (message[at + 1]! << 16) | (message[at + 2]! << 8) | message[at + 3]!;
}
