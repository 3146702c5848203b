/**
 * Telnet, by the negotiation of options.
 *
 * Wire: IAC `FF`, WILL `FB`, WONT `FC`, DO `FD` or DONT `FE`, an option (RFC 854,
 * RFC 855). Clients that begin to negotiate by themselves do so; those that wait
 * for the server are `SILENT`.
 *
 * `maxBytes` 3.
 *
 * False positives: strict for three bytes: options that IANA or MUD clients
 * have. `FF FF` (BGP, an escaped byte), images and most of UTF-16 are `no`.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";

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

/** Recognises a Telnet client that negotiates. No facts. */
export const telnet: Detector = {
  name: "TELNET",
  summary: "Telnet, by a client that begins to negotiate options",
  maxBytes: COMMAND_BYTES,
  rules: {},
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
