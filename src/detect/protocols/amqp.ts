/**
 * AMQP, by the protocol header.
 *
 * Wire: `AMQP` and 4 bytes: `00 00 09 01` is 0-9-1 (AMQP 0-9-1 §4.2.2),
 * `00 01 00 00` is 1.0, with `02` before it for TLS and `03` for SASL (AMQP 1.0
 * §2.2 and §5). `01 01` and a version are 0-8, 0-9 and 0-10, which RabbitMQ (but
 * for 0-10) and Qpid take.
 *
 * `maxBytes` 8.
 *
 * False positives: strict; the 8 bytes are one of those known.
 *
 * @module
 */
import { ascii, startsWith } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { textWord } from "../rule_grammar.ts";

const HEADER_BYTES = 8;

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

/** Recognises an AMQP client. Fact: `version`. */
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
  detect(view) {
    let open = false;
    for (const [header, version] of HEADERS) {
      const found = startsWith(view, header);
      if (found === true) return match({ version });
      if (found === null) open = true;
    }
    return open ? more(view.length + 1) : NO;
  },
};
