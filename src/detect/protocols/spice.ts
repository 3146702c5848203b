/**
 * SPICE, by the link message of a channel.
 *
 * `maxBytes` 22: up to the channel.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, NO } from "../detector.ts";
import { le32 } from "../expect.ts";
import { textWord } from "../rule_grammar.ts";

/** Magic, version, size, connection, channel and its number. */
const FORM = new ByteForm(
  "52454451 01-02 000000 ........ ....0000 ........ 01-0b ..",
);
const SIZE_AT = 12;
const CHANNEL_AT = 20;
const MIN_SIZE = 18;

/** Channels by their number (spice-protocol, `enums.h`). */
const CHANNELS = [
  "",
  "main",
  "display",
  "inputs",
  "cursor",
  "playback",
  "record",
  "tunnel",
  "smartcard",
  "usbredir",
  "port",
  "webdav",
];

/** Recognises a SPICE client. */
export const spice: Detector = {
  name: "SPICE",
  summary: "SPICE (virtual machines), by the link message",
  maxBytes: FORM.length,
  rules: {
    CHANNEL: textWord("channel", {
      pattern: new RegExp(`^(?:${CHANNELS.slice(1).join("|")})$`),
      expected: 'a channel such as "main" or "display"',
    }, { example: "main", exact: true }),
  },
  docs: {
    firstBytes:
      "`REDQ`, LE32 version 1 or 2, LE32 minor version, LE32 size, LE32 connection, channel, its number",
    facts: {
      channel:
        "`main`, `display`, `inputs`, `cursor`, `playback`, `record`, `tunnel`, `smartcard`, `usbredir`, `port` or `webdav`",
    },
    source: [
      {
        text: "SPICE protocol §4",
        url: "https://www.spice-space.org/spice-protocol.html",
      },
    ],
    stance: [
      "Strict: magic bytes, version, size and channel. Each channel is a separate connection. SPICE with TLS is TLS.",
    ],
  },
  detect(view) {
    const form = FORM.check(view);
    if (form !== null) return form;
    if (le32(view, SIZE_AT) < MIN_SIZE) return NO;
    return match({ channel: CHANNELS[view[CHANNEL_AT]!]! });
  },
};
