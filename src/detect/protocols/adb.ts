/**
 * Android Debug Bridge, by the host's CNXN packet.
 *
 * `maxBytes` 53: both packets, as far as they are read.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { expectBytes, le32 } from "../expect.ts";

const EMPTY = ascii("\0".repeat(20) + "\xff\xff\xff\xff");
const COMMAND = ascii("CNXN");
const COMPLEMENT = ascii("\xbc\xb1\xa7\xb1");
const IDENTITY = ascii("host:");
const VERSION_END = 8;
const LENGTH_AT = 12;
const COMPLEMENT_AT = 20;
const IDENTITY_AT = 24;
const MAX_IDENTITY_BYTES = 4096;

/** Recognises an Android Debug Bridge client. */
export const adb: Detector = {
  name: "ADB",
  summary: "Android Debug Bridge, by the host's CNXN packet",
  maxBytes: EMPTY.length + IDENTITY_AT + IDENTITY.length,
  rules: {},
  docs: {
    firstBytes:
      "`CNXN`, LE32 version, LE32 most data, LE32 length, LE32 checksum, `bc b1 a7 b1`, `host:`; clients of 2017 sent an empty packet before it: 20 times `00`, `ff ff ff ff`",
    facts: {},
    source: [{ text: "AOSP, `packages/modules/adb/protocol.txt`" }],
    stance: [
      "Strict: command, its complement, and the start of the text. Pairing and reconnection over TLS are TLS.",
    ],
  },
  detect(view) {
    const empty = view[0] === 0 ? expectBytes(view, 0, EMPTY) : null;
    if (empty !== null) return empty;
    const at = view[0] === 0 ? EMPTY.length : 0;
    const command = expectBytes(view, at, COMMAND);
    if (command !== null) return command;
    // Version 01 00 00 00 or 01 00 00 01, big end last.
    if (view.length < at + VERSION_END) return more(at + VERSION_END);
    if (le32(view, at + COMMAND.length) >>> 8 !== 0x010000) return NO;
    if (view.length < at + COMPLEMENT_AT) return more(at + COMPLEMENT_AT);
    const length = le32(view, at + LENGTH_AT);
    if (length < IDENTITY.length || length > MAX_IDENTITY_BYTES) return NO;
    const complement = expectBytes(view, at + COMPLEMENT_AT, COMPLEMENT);
    if (complement !== null) return complement;
    return expectBytes(view, at + IDENTITY_AT, IDENTITY) ?? match({});
  },
};
