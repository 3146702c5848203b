/**
 * The server of Android Debug Bridge, by the first service that is asked for.
 *
 * `maxBytes` 260: four digits of length, and the service as far as it is kept.
 *
 * @module
 */
import { ascii, latin1 } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { matchTexts, nameWord } from "./text_facts.ts";

const LENGTH_BYTES = 4;
const HOST = ascii("host");
const MAX_SERVICE_BYTES = 1024;
const COLON = 0x3a;
const MINUS = 0x2d;

/** Recognises a client of adb's server. */
export const adbServer: Detector = {
  name: "ADB_SERVER",
  summary: "The server of Android Debug Bridge, by the service asked for",
  maxBytes: LENGTH_BYTES + MAX_SERVICE_BYTES,
  rules: { SERVICE: nameWord("service", "host:transport:*") },
  docs: {
    firstBytes:
      "four hexadecimal digits of length, `host:` or `host-`, and the rest of the service",
    facts: { service: "the service, as sent: `host:version`" },
    source: [
      {
        text: "AOSP, `packages/modules/adb/docs/dev/services.md`",
        url:
          "https://android.googlesource.com/platform/packages/modules/adb/+/refs/heads/main/docs/dev/services.md",
      },
    ],
    stance: [
      "Strict: a complete service name in printable ASCII. Git also starts with four digits, but continues with `git-`.",
      "A device is `ADB`.",
    ],
  },
  detect(view, state) {
    let length = 0;
    for (let at = 0; at < LENGTH_BYTES; at++) {
      if (at === view.length) return more(at + 1);
      const digit = digitOf(view[at]!);
      if (digit < 0) return NO;
      length = length * 16 + digit;
    }
    if (length <= HOST.length || length > MAX_SERVICE_BYTES) return NO;
    const end = LENGTH_BYTES + length;
    for (let at = LENGTH_BYTES; at < end; at++) {
      if (at === view.length) return more(at + 1);
      if (!mayStand(view[at]!, at - LENGTH_BYTES)) return NO;
    }
    const service = latin1(view.subarray(LENGTH_BYTES, end));
    return matchTexts({ service }, state);
  },
};

function mayStand(byte: number, place: number): boolean {
  if (place < HOST.length) return byte === HOST[place];
  if (place === HOST.length) return byte === COLON || byte === MINUS;
  return byte >= 0x20 && byte <= 0x7e;
}

/** -1: it is no hexadecimal digit. */
function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
