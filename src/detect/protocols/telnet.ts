/**
 * Telnet, by the negotiation of options.
 *
 * `maxBytes` 3: one command.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";

const IAC = 0xff;
const WILL = 0xfb;
const DONT = 0xfe;
const COMMAND_BYTES = 3;
/** Assigned by IANA in one piece, from binary transmission to start TLS. */
const MAX_COMMON_OPTION = 49;

/** Other assigned options, and those of MUD clients (MSDP, MCCP, GMCP, ...). */
const OTHER_OPTIONS = new Set([
  69,
  70,
  85,
  86,
  90,
  91,
  93,
  102,
  138,
  139,
  140,
  200,
  201,
]);

const MATCH = match({});

/** Recognises a Telnet client that negotiates. */
export const telnet: Detector = {
  name: "TELNET",
  summary: "Telnet, by a client that begins to negotiate options",
  maxBytes: COMMAND_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "`ff`, `fb` (WILL), `fc` (WONT), `fd` (DO) or `fe` (DONT), an option",
    facts: {},
    source: [
      rfc(854),
      rfc(855),
      {
        text: "IANA, Telnet Options",
        url:
          "https://www.iana.org/assignments/telnet-options/telnet-options.xhtml",
      },
    ],
    stance: [
      "Strict for the first three bytes: the options 0 to 49 of the IANA registry and some others, such as those of MUD clients. `ff ff` (BGP, an escaped byte), images and most UTF-16 texts are not matched.",
      "Clients that wait for the server to negotiate are `SILENT`.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    if (view[0] !== IAC) return NO;
    if (view.length < 2) return more(2);
    if (view[1]! < WILL || view[1]! > DONT) return NO;
    if (view.length < COMMAND_BYTES) return more(COMMAND_BYTES);
    const option = view[2]!;
    return option <= MAX_COMMON_OPTION || OTHER_OPTIONS.has(option)
      ? MATCH
      : NO;
  },
};
