/**
 * Source RCON (game servers: Valve's, Minecraft, Factorio), by the packet that
 * authenticates.
 *
 * `maxBytes` 259: a password of 245 bytes.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";

/** Size of 10 (id, kind, two times NUL) and more, id, kind 3. */
const FORM = new ByteForm("0a-ff 000000 ........ 03000000");
const SIZE_BYTES = 4;
const MAX_SIZE = 255;
const TAIL_BYTES = 2;
const MATCH = match({});

/** Recognises a client of Source RCON. */
export const rcon: Detector = {
  name: "RCON",
  summary: "Source RCON (game servers), by the packet that authenticates",
  maxBytes: SIZE_BYTES + MAX_SIZE,
  rules: {},
  docs: {
    firstBytes:
      "LE32 size of 10 to 255, LE32 id, LE32 3 (authentication), the password, `00 00` where the size says",
    facts: {},
    source: [
      {
        text: "Valve Developer Community, Source RCON Protocol",
        url: "https://developer.valvesoftware.com/wiki/Source_RCON_Protocol",
      },
    ],
    stance: [
      "Strict; the kind, and a password without control bytes that ends where the packet does. MongoDB's messages have an answered id in the kind's place and an opcode behind it, preconnection blobs of RDP a version of 1 or 2. Passwords of more than 245 bytes are not taken: so greetings of SOCKS and most requests of Modbus are known at once to be none.",
    ],
  },
  detect(view) {
    const form = FORM.check(view);
    if (form !== null) return form;
    const end = SIZE_BYTES + view[0]!;
    for (let at = FORM.length; at < end; at++) {
      if (at === view.length) return more(at + 1);
      const byte = view[at]!;
      if (at >= end - TAIL_BYTES ? byte !== 0 : byte < 0x20 || byte === 0x7f) {
        return NO;
      }
    }
    return MATCH;
  },
};
