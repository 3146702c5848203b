/**
 * SMB, by the first message, over TCP or over a NetBIOS session (port 139).
 *
 * `maxBytes` 4096: a greeting with its list of dialects.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16, expectBytes } from "../expect.ts";
import { highestDialect, isNegotiate } from "./smb_dialect.ts";

const MAX_BYTES = 4096;
const MESSAGE = 0x00;
const SESSION_REQUEST = 0x81;
const HEADER_BYTES = 4;
const MIN_MESSAGE_BYTES = 32;
const MAGIC = ascii("SMB");
/** Enough to tell a NEGOTIATE of either version. */
const COMMAND_END = HEADER_BYTES + 14;
const SESSION_START = ascii("\x81\x00\x00\x44\x20");
const NAME_BYTES = 32;

/** Recognises an SMB client. */
export const smb: Detector = {
  name: "SMB",
  summary: "SMB 1 to 3, by the first message or the NetBIOS session request",
  maxBytes: MAX_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "`00`, BE24 length, `ff` or `fe`, `SMB`; or a NetBIOS session request: `81 00 00 44`, the called and the calling name, each `20`, 32 letters `A` to `P`, `00`",
    facts: {
      dialect:
        "the highest dialect that the client offers: `3.1.1`, `3.0.2`, `3.0`, `2.1`, `2.0.2`; for SMB 1 its last name as sent, `NT LM 0.12`; absent if the first message offers no known dialect",
    },
    source: [
      {
        text: "MS-SMB2 2.2.1, 2.2.3",
        url:
          "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-smb2/",
      },
      {
        text: "MS-CIFS 2.2.3.1, 2.2.4.52",
        url:
          "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cifs/",
      },
      rfc(1002, "4.3.2"),
    ],
    stance: [
      "Strict: the magic bytes after a length that fits the header, or all 72 bytes of a session request. Such sessions are used for SMB only.",
      "An SSLv2 hello can also start with `81`, but has type 1 at byte 2, which is 0 here.",
    ],
  },
  detect(view, state) {
    if (view.length === 0) return more(1);
    if (view[0] === MESSAGE) return detectMessage(view, state);
    return view[0] === SESSION_REQUEST ? detectSession(view) : NO;
  },
};

function detectMessage(view: Uint8Array, state: DetectState): Verdict {
  if (view.length < 2) return more(2);
  if (view[1] !== 0) return NO;
  if (view.length < HEADER_BYTES) return more(view.length + 1);
  const length = be16(view, 2);
  if (length < MIN_MESSAGE_BYTES) return NO;
  if (view.length === HEADER_BYTES) return more(HEADER_BYTES + 1);
  const version = view[HEADER_BYTES]!;
  if (version !== 0xff && version !== 0xfe) return NO;
  const magic = expectBytes(view, HEADER_BYTES + 1, MAGIC);
  if (magic !== null) return magic;
  const end = HEADER_BYTES + length;
  if (view.length < COMMAND_END) {
    return state.ended ? match({}) : more(COMMAND_END);
  }
  if (end > MAX_BYTES || !isNegotiate(view, HEADER_BYTES)) return match({});
  if (view.length < end) return state.ended ? match({}) : more(end);
  const dialect = highestDialect(view.subarray(HEADER_BYTES, end));
  return match(dialect === null ? {} : { dialect });
}

function detectSession(view: Uint8Array): Verdict {
  const start = expectBytes(view, 0, SESSION_START);
  if (start !== null) return start;
  const calledEnd = SESSION_START.length + NAME_BYTES;
  const callingEnd = calledEnd + 2 + NAME_BYTES;
  for (let at = SESSION_START.length; at <= callingEnd; at++) {
    if (at === view.length) return more(at + 1);
    const byte = view[at]!;
    if (at === calledEnd || at === callingEnd) {
      if (byte !== 0) return NO;
    } else if (at === calledEnd + 1) {
      if (byte !== NAME_BYTES) return NO;
    } else if (byte < 0x41 || byte > 0x50) return NO;
  }
  return match({});
}
