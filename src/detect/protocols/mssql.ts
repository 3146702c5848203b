/**
 * Microsoft SQL Server (TDS), by the first packet.
 *
 * Logins of clients that skip PRELOGIN: `mssql_login.ts`.
 *
 * `maxBytes` 168: a table of 32 options; of a login, 137 bytes are read.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16 } from "../expect.ts";
import { detectLogin7, detectOldLogin } from "./mssql_login.ts";

const LOGIN = 0x02;
const LOGIN7 = 0x10;
const PRELOGIN = 0x12;
const HEADER_BYTES = 8;
const MAX_PACKET_BYTES = 32767;
const OPTION_BYTES = 5;
/** Where a table of 32 options ends; there are eight kinds of them. */
const MAX_TABLE_END = HEADER_BYTES + 32 * OPTION_BYTES;
const MAX_TOKEN = 0x1f;
const TERMINATOR = 0xff;

/** Recognises a client of Microsoft SQL Server. */
export const mssql: Detector = {
  name: "MSSQL",
  summary: "Microsoft SQL Server (TDS), by PRELOGIN or login",
  maxBytes: MAX_TABLE_END,
  rules: {},
  docs: {
    firstBytes:
      "type, status `00` or `01`, BE16 length with these 8 bytes, `00 00`, packet number, `00`; the type is `12` (PRELOGIN: options of token, BE16 offset, BE16 length, VERSION `00` first, then `ff`), `10` (LOGIN7) or `02` (the login record of TDS 4.2 and 5.0, also Sybase's)",
    facts: {},
    source: [
      {
        text: "MS-TDS 2.2.3.1, 2.2.6.4, 2.2.6.5",
        url:
          "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tds/",
      },
      { text: "Sybase, TDS 5.0 Functional Specification, LOGINREC" },
    ],
    stance: [
      "Strict: the offsets and lengths of all options must be inside the packet.",
      "MQTT also starts with `10`, but its byte 1, the length, is never 0 or 1.",
      "TDS 8.0 is TLS from the first byte.",
    ],
  },
  detect(view) {
    const type = view[0];
    if (type === undefined) return more(1);
    if (type !== PRELOGIN && type !== LOGIN7 && type !== LOGIN) return NO;
    const header = checkHeader(view);
    if (header !== null) return header;
    const length = be16(view, 2);
    if (type === PRELOGIN) return detectOptions(view, length);
    return type === LOGIN7
      ? detectLogin7(view, length)
      : detectOldLogin(view, length);
  },
};

/** Checks the header of the first packet; `null`: it is one. */
function checkHeader(view: Uint8Array): Verdict | null {
  // Status: 1 on the last packet of a message, 0 on others.
  if (view.length > 1 && view[1]! > 1) return NO;
  if (view.length < 4) return more(view.length + 1);
  const length = be16(view, 2);
  if (length <= HEADER_BYTES || length > MAX_PACKET_BYTES) return NO;
  // The server gives out the process id, so the client has none yet. Byte 6 is
  // the packet's number, which nobody looks at.
  for (let at = 4; at < HEADER_BYTES; at++) {
    if (at === view.length) return more(at + 1);
    if (at !== 6 && view[at] !== 0) return NO;
  }
  return null;
}

/** Reads the table of a PRELOGIN's options. */
function detectOptions(view: Uint8Array, length: number): Verdict {
  const size = length - HEADER_BYTES;
  const tableEnd = Math.min(length, MAX_TABLE_END);
  for (let at = HEADER_BYTES; at < tableEnd; at += OPTION_BYTES) {
    if (at === view.length) return more(at + 1);
    const token = view[at]!;
    const isFirst = at === HEADER_BYTES;
    if (token === TERMINATOR && !isFirst) return match({});
    // VERSION is the first; MS-TDS lets the others stand in any order.
    if (isFirst ? token !== 0 : token === 0 || token > MAX_TOKEN) return NO;
    if (view.length < at + OPTION_BYTES) return more(at + OPTION_BYTES);
    const offset = be16(view, at + 1);
    if (offset <= OPTION_BYTES || offset + be16(view, at + 3) > size) return NO;
  }
  return NO;
}
