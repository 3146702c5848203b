/**
 * SSH, by the identification string.
 *
 * `maxBytes` 255: the longest line.
 *
 * @module
 */
import { ascii, latin1 } from "../byte_reader.ts";
import type { Detector, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { textWord } from "../rule_grammar.ts";

const MAX_LINE_BYTES = 255;
const START = ascii("SSH-");
const SP = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const HYPHEN = 0x2d;
const DOT = 0x2e;

const BAD_VERSION = malformed("the protocol version is invalid");

/** Recognises an SSH client. */
export const ssh: Detector = {
  name: "SSH",
  summary: "SSH, by the client's identification string",
  maxBytes: MAX_LINE_BYTES,
  rules: {
    SOFTWARE: textWord("software", {
      pattern: /^[\x21-\x29\x2b-\x7e]*$/,
      expected: 'a software version such as "OpenSSH_9.6" or "OpenSSH*"',
    }, { example: "OpenSSH*" }),
  },
  docs: {
    firstBytes:
      "`SSH-` version `-` software, optionally SP and comments, CRLF; at most 255 bytes",
    facts: {
      software: "the software version as sent, without comments: `OpenSSH_9.6`",
      version: "the protocol version: `2.0`",
    },
    source: [rfc(4253, "4.2")],
    stance: [
      "Strict: the fixed start and the whole line are checked. A bare LF is accepted; SSH 1 clients send it.",
      "A client that waits for the server's line, such as `ssh-keyscan`, is `SILENT`, not `SSH`.",
      "A line with the fixed start that is not a valid identification string is malformed.",
    ],
  },
  detect(view) {
    for (let i = 0; i < START.length; i++) {
      if (i === view.length) return more(i + 1);
      if (view[i] !== START[i]) return NO;
    }
    const hyphen = skipVersion(view);
    if (hyphen < 0) return BAD_VERSION;
    return hyphen === view.length
      ? more(view.length + 1)
      : readSoftware(view, hyphen);
  },
};

/** Place of the hyphen after the version; the view's end: not yet; -1: none. */
function skipVersion(view: Uint8Array): number {
  const end = Math.min(view.length, MAX_LINE_BYTES);
  for (let i = START.length; i < end; i++) {
    const byte = view[i]!;
    if (i === START.length) {
      if (byte !== 0x31 && byte !== 0x32) return -1;
    } else if (byte === HYPHEN) return i;
    else if (byte !== DOT && (byte < 0x30 || byte > 0x39)) return -1;
  }
  return view.length < MAX_LINE_BYTES ? view.length : -1;
}

function readSoftware(view: Uint8Array, hyphen: number): Verdict {
  const start = hyphen + 1;
  let end = start;
  while (end < view.length && view[end]! > SP && view[end]! < 0x7f) end++;
  let at = end;
  // Comments are for people: UTF-8 in them does no harm.
  if (view[at] === SP) {
    while (at < view.length && isComment(view[at]!)) {
      at++;
    }
  }
  if (view[at] === CR) at++;
  if (at >= MAX_LINE_BYTES) {
    return malformed("the identification is longer than 255 bytes");
  }
  if (at === view.length) return more(at + 1);
  if (view[at] !== LF) {
    return malformed("the identification contains an invalid byte");
  }
  if (end === start) return malformed("the identification names no software");
  return match({
    software: latin1(view.subarray(start, end)),
    version: latin1(view.subarray(START.length, hyphen)),
  });
}

function isComment(byte: number): boolean {
  return byte >= SP && byte !== 0x7f;
}
