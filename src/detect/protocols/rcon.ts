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
      "LE32 size of 10 to 255, LE32 id, LE32 3 (authentication), the password, `00 00` at the end given by the size",
    facts: {},
    source: [
      {
        text: "Valve Developer Community, Source RCON Protocol",
        url: "https://developer.valvesoftware.com/wiki/Source_RCON_Protocol",
      },
    ],
    stance: [
      "Strict: the type, and a password without control bytes that fills the packet. A MongoDB message has the id of another message in place of the type, and a preconnection blob of RDP a version of 1 or 2. Passwords of more than 245 bytes are not matched; this excludes SOCKS greetings and most Modbus requests at the first bytes.",
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
