/**
 * EtherNet/IP, by the header of the first command.
 *
 * `maxBytes` 28: the header and the data of a registration.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";

/** A list is asked for: no data, no session, status 0, context, options 0. */
const LIST = new ByteForm(
  ".. 00 0000 00000000 00000000 ................ 00000000",
);
/** A session is asked for: version 1 of the protocol, options 0. */
const REGISTRATION = new ByteForm(
  "65 00 0400 00000000 00000000 ................ 00000000 0100 0000",
);
const REGISTER = 0x65;

/** Commands that a client opens with (CIP Volume 2, §2-3). */
const COMMANDS: Readonly<Record<number, string>> = {
  0x04: "list_services",
  0x63: "list_identity",
  0x64: "list_interfaces",
};
const MATCH = match({ command: "register_session" });

/** Recognises a client of EtherNet/IP. */
export const ethernetip: Detector = {
  name: "ETHERNETIP",
  summary: "EtherNet/IP (CIP), by the header of the first command",
  maxBytes: REGISTRATION.length,
  rules: {},
  docs: {
    firstBytes:
      "LE16 command: `65 00` (register session), `63 00` (list identity), `04 00` (list services) or `64 00` (list interfaces); LE16 length 4 or 0, LE32 session 0, LE32 status 0, 8 bytes of context, LE32 options 0; of a registration LE16 version 1, LE16 options 0",
    facts: {
      command:
        "`register_session`, `list_identity`, `list_services` or `list_interfaces`",
    },
    source: [
      {
        text: "ODVA, The CIP Networks Library, Volume 2, §2-3 and §2-4",
        url:
          "https://www.odva.org/technology-standards/key-technologies/ethernet-ip/",
      },
    ],
    stance: [
      "Strict: every byte of the header except the context. A MongoDB message with such a length has its opcode in place of the context, after an id that is not 0.",
    ],
  },
  detect(view) {
    const first = view[0];
    if (first === undefined) return more(1);
    if (first === REGISTER) return REGISTRATION.check(view) ?? MATCH;
    const command = COMMANDS[first];
    if (command === undefined) return NO;
    return LIST.check(view) ?? match({ command });
  },
};
