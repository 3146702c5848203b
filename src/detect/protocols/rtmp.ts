/**
 * RTMP, by the handshake.
 *
 * `maxBytes` 1537: a client sends C0 and C1 at once and waits for the answer.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be32, le32 } from "../expect.ts";

const C0_C1_BYTES = 1537;
const VERSION_AT = 5;
const VERSION_END = 9;
const CASSANDRA_OPTIONS = 5;
const MONGODB_OPCODE_AT = 12;

/** Recognises an RTMP client. */
export const rtmp: Detector = {
  name: "RTMP",
  summary: "RTMP, by the client's handshake",
  maxBytes: C0_C1_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "C0 `03`; C1: BE32 time, 4 bytes of zero or, in the handshake with a digest, of the player's version (`09 00 7c 02`, `80 00 07 02`), 1528 arbitrary bytes",
    facts: {},
    source: [
      {
        text: "Adobe's Real Time Messaging Protocol 1.0 §5.2",
        url:
          "https://veovera.github.io/enhanced-rtmp/docs/legacy/rtmp-v1-0-spec.pdf",
      },
    ],
    stance: [
      "Most of the handshake is random, so all 1537 bytes are needed. RTMPE (`06`) is not matched.",
      "Other protocols that start with `03` are excluded earlier: TPKT (RDP, S7) has `02` or `e0` at byte 5, where a version of RTMP starts with 0, 7 to 63 or 128; a Cassandra request without a body is `03 00 00 xx 05` and zeros; a MongoDB message has its opcode at byte 12.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    if (view[0] !== 3) return NO;
    if (view.length <= VERSION_AT) return more(VERSION_AT + 1);
    if (!isVersionStart(view[VERSION_AT]!)) return NO;
    if (view.length < VERSION_END) {
      return mayBeVersion(view) ? more(view.length + 1) : NO;
    }
    if (!mayBeVersion(view) || isCassandra(view)) return NO;
    if (view.length < MONGODB_OPCODE_AT + 4) return more(MONGODB_OPCODE_AT + 4);
    if (isMongoDb(view)) return NO;
    return view.length < C0_C1_BYTES ? more(C0_C1_BYTES) : match({});
  },
};

/** Whether a byte may be the first of the player's version, or zero. */
function isVersionStart(byte: number): boolean {
  return byte === 0 || (byte >= 7 && byte < 64) || byte === 128;
}

/** Whether there is a version, or zeros as far as the bytes go. */
function mayBeVersion(view: Uint8Array): boolean {
  if (view[VERSION_AT] !== 0) return true;
  for (let at = VERSION_AT; at < VERSION_END && at < view.length; at++) {
    if (view[at] !== 0) return false;
  }
  return true;
}

function isCassandra(view: Uint8Array): boolean {
  return view[1] === 0 && view[2] === 0 && view[4] === CASSANDRA_OPTIONS &&
    be32(view, VERSION_AT) === 0;
}

function isMongoDb(view: Uint8Array): boolean {
  const opcode = le32(view, MONGODB_OPCODE_AT);
  const answers = be32(view, MONGODB_OPCODE_AT - 4);
  return opcode >= 2001 && opcode <= 2013 &&
    (answers === 0 || answers === 0xffffffff);
}
