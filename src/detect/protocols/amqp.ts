/**
 * AMQP, by the protocol header.
 *
 * RabbitMQ (but for 0-10) and Qpid take those before 1.0.
 *
 * `maxBytes` 8: the header.
 *
 * @module
 */
import { ascii, startsWith } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { malformed, match, more, needs, NO } from "../detector.ts";
import { expectBytes } from "../expect.ts";
import { textWord } from "../rule_grammar.ts";

const HEADER_BYTES = 8;
const NAME = ascii("AMQP");
/** Of AMQP 1.0: 0, TLS 2, SASL 3; of the older ones 0 and 1. */
const MAX_PROTOCOL_ID = 3;
const UNKNOWN_VERSION = malformed("the version is unknown");

/** The protocol headers, with the version that each asks for. */
const HEADERS: readonly (readonly [header: Uint8Array, version: string])[] = [
  [ascii("AMQP\x00\x00\x09\x01"), "0-9-1"],
  [ascii("AMQP\x01\x01\x09\x01"), "0-9-1"],
  [ascii("AMQP\x00\x01\x00\x00"), "1.0"],
  [ascii("AMQP\x02\x01\x00\x00"), "1.0"],
  [ascii("AMQP\x03\x01\x00\x00"), "1.0"],
  [ascii("AMQP\x01\x01\x00\x0a"), "0-10"],
  [ascii("AMQP\x01\x01\x00\x09"), "0-9"],
  [ascii("AMQP\x01\x01\x08\x00"), "0-8"],
];

/** Recognises an AMQP client. */
export const amqp: Detector = {
  name: "AMQP",
  summary: "AMQP 0-8 to 1.0, by the protocol header",
  maxBytes: HEADER_BYTES,
  rules: {
    VERSION: textWord("version", {
      pattern: /^(?:0-8|0-9|0-9-1|0-10|1\.0)$/,
      expected: 'a version: "0-8", "0-9", "0-9-1", "0-10" or "1.0"',
    }, { example: "0-9-1", exact: true }),
  },
  docs: {
    firstBytes:
      "`AMQP`, then `00 00 09 01` (0-9-1), `00 01 00 00` (1.0; with `02` first for TLS, `03` for SASL), or `01 01` and `08 00` (0-8), `00 09` (0-9), `09 01` (0-9-1) or `00 0a` (0-10)",
    facts: { version: "`0-8`, `0-9`, `0-9-1`, `0-10` or `1.0`" },
    source: [
      {
        text: "AMQP 0-9-1 §4.2.2",
        url: "https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf",
      },
      {
        text: "AMQP 1.0, Transport §2.2",
        url:
          "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-transport-v1.0-os.html",
      },
      {
        text: "AMQP 1.0, Security §5",
        url:
          "https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-security-v1.0-os.html",
      },
    ],
    stance: [
      "Strict: the 8 bytes are one of the known headers.",
      "Another version after the name and protocol id is malformed if a rule tests it; otherwise it matches, because servers answer with their own version.",
    ],
  },
  detect(view, state) {
    const name = expectBytes(view, 0, NAME);
    if (name !== null) return name;
    let open = false;
    for (const [header, version] of HEADERS) {
      const found = startsWith(view, header);
      if (found === true) return match({ version });
      if (found === null) open = true;
    }
    if (open) return more(view.length + 1);
    if (view[NAME.length]! > MAX_PROTOCOL_ID) return NO;
    return needs(state, "version") ? UNKNOWN_VERSION : match({});
  },
};
