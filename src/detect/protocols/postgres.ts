/**
 * PostgreSQL, by the first message of a client.
 *
 * After a request for encryption the client waits; where rules ask for the
 * server name, it is given its reply (postgres_negotiation.ts).
 *
 * `maxBytes` 65552: two requests, and the longest ClientHello that TLS takes. A
 * startup message has 10004 bytes at most.
 *
 * @module
 */
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16 } from "../expect.ts";
import { flagWord, textWord } from "../rule_grammar.ts";
import { detectNegotiation, wantsHello } from "./postgres_negotiation.ts";
import { readStartup } from "./postgres_startup.ts";
import { tls } from "./tls.ts";

const HEADER_BYTES = 8;
const MAX_STARTUP_BYTES = 10004;
/** A cancel key has 4 bytes, since protocol 3.2 up to 256. */
const MIN_CANCEL_BYTES = 16;
const MAX_CANCEL_BYTES = 268;
const MAX_MINOR = 4;
const GREASE_MINOR = 9999;
const CANCEL = 0x2e;
const SSL = 0x2f;
const GSSENC = 0x30;

const NAME = {
  pattern: /^[^\s*\p{Cc}\ufffd]*$/u,
  expected: "a name without spaces",
};

const ENCRYPTION = match({ tls: true });
const CANCELLATION = match({ cancel: true });

/** Recognises a PostgreSQL client. */
export const postgres: Detector = {
  name: "POSTGRES",
  summary: "PostgreSQL, by the client's first message",
  maxBytes: 2 * HEADER_BYTES + tls.maxBytes,
  rules: {
    USER: textWord("user", NAME, { example: "app", late: true }),
    DATABASE: textWord("database", NAME, { example: "shop", late: true }),
    SNI: { ...tls.rules["SNI"]!, late: true },
    ALPN: { ...tls.rules["ALPN"]!, example: "postgresql", late: true },
    CANCEL: flagWord("cancel", true),
  },
  toAll: "cancel",
  docs: {
    firstBytes:
      "BE32 length (inclusive), BE32 code: 80877103 (TLS request), 80877104 (GSSAPI encryption request), 80877102 (cancel request; process and key follow), or `00 03` and BE16 0 to 4 or 9999 (startup), pairs of name `00` value `00`, and `00`",
    facts: {
      tls:
        "`true` if the client first asks for TLS or GSSAPI encryption; then only the facts of its ClientHello are known",
      user: "as sent",
      database: "as sent; the user name if the client sends none",
      application_name: "as sent, cut at 63 bytes",
      cancel: "`true` for a cancel request",
      // Of the ClientHello behind the request.
      ...tls.docs!.facts,
    },
    source: [
      {
        text: 'PostgreSQL manual, "Message Formats"',
        url:
          "https://www.postgresql.org/docs/current/protocol-message-formats.html",
      },
    ],
    stance: [
      "Strict: the length fits the code, and the pairs fill the message. Two users or two databases are ambiguous.",
      "A client that asks for encryption waits for the answer, so `USER` and `DATABASE` never match it.",
      "If a rule tests `SNI` or `ALPN`, passthru answers `S` and reads the ClientHello; then it sends the same request to the target, which must give the same answer.",
      "A cancel request contains neither host nor user, and only the server of its session knows its key. It is sent to every target that the session can have, unless a rule `CANCEL` decides.",
      "A client that starts TLS at once (`sslnegotiation=direct`) is TLS with the ALPN protocol `postgresql`.",
      "Vertica clients start with similar bytes, but with versions from `00 03 00 05` on, and are not matched.",
      "A Kafka metadata request has a NUL or a count at byte 8, where a name starts here; SMB has `ff` or `fe` at byte 4.",
    ],
  },
  detect(view, state) {
    const verdict = detectMessage(view, state);
    return verdict === ENCRYPTION && wantsHello(state)
      ? detectNegotiation(view, state, detectMessage)
      : verdict;
  },
};

/** What a message is, by itself. */
function detectMessage(view: Uint8Array, state: DetectState): Verdict {
  for (let i = 0; i < HEADER_BYTES; i++) {
    if (i === view.length) return more(i + 1);
    if (!isAtPlace(view, i)) return NO;
  }
  if (view[4] === 0) return readStartup(view, lengthOf(view), state);
  if (view[7] !== CANCEL) return ENCRYPTION;
  return view.length < lengthOf(view) ? more(lengthOf(view)) : CANCELLATION;
}

function isAtPlace(view: Uint8Array, place: number): boolean {
  const byte = view[place]!;
  switch (place) {
    case 0:
    case 1:
      return byte === 0;
    case 2:
      return byte <= MAX_STARTUP_BYTES >> 8;
    case 3:
      return lengthOf(view) >= HEADER_BYTES &&
        lengthOf(view) <= MAX_STARTUP_BYTES;
    case 4:
      return byte === 0 || byte === 0x04;
    case 5:
      return byte === (view[4] === 0 ? 3 : 0xd2);
    case 6:
      return view[4] === 0 || byte === 0x16;
    default:
      return fits(view) && (view[4] !== 0 || isMinor(be16(view, 6)));
  }
}

/** 3.0, 3.2 and some to come; a version to test with. Vertica has 3.5 to 3.16. */
function isMinor(minor: number): boolean {
  return minor <= MAX_MINOR || minor === GREASE_MINOR;
}

/** Whether the length is one of those that the code has. */
function fits(view: Uint8Array): boolean {
  const length = lengthOf(view);
  if (view[4] === 0) return length > HEADER_BYTES + 1;
  if (view[7] === SSL || view[7] === GSSENC) return length === HEADER_BYTES;
  return view[7] === CANCEL && length >= MIN_CANCEL_BYTES &&
    length <= MAX_CANCEL_BYTES;
}

function lengthOf(view: Uint8Array): number {
  return be16(view, 2);
}
