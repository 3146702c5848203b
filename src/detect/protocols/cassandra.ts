/**
 * Cassandra's native protocol (CQL), by the first request.
 *
 * `maxBytes` 64: up to the end of the first key.
 *
 * @module
 */
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16, be32 } from "../expect.ts";

const OPTIONS = 0x05;
const STARTUP = 0x01;
const VERSIONS = [1, 2, 3, 4, 5, 6, 0x41, 0x42];
const FLAG_BETA = 0x10;
const MAX_STREAM = 7;
const LENGTH_BYTES = 4;
const MAX_PAIRS = 32;
const MAX_KEY_BYTES = 32;
const MAX_BODY_BYTES = 65535;

/** Recognises a Cassandra client. */
export const cassandra: Detector = {
  name: "CASSANDRA",
  summary: "Cassandra's native protocol (CQL), by OPTIONS or STARTUP",
  maxBytes: 64,
  rules: {},
  docs: {
    firstBytes:
      "version `01..06` (DataStax: `41`, `42`), flags, BE16 stream (one byte in versions 1 and 2), `05` (OPTIONS, no body) or `01` (STARTUP), BE32 length; of STARTUP BE16 count and pairs of BE16 length and text",
    facts: {},
    source: [
      {
        text: "Cassandra, `native_protocol_v3.spec` to `v6`, §2",
        url: "https://github.com/apache/cassandra/tree/trunk/doc",
      },
    ],
    stance: [
      "Strict. The stream number is at most 7: OpenFlow, which starts with the same bytes, has its length there, which is at least 8.",
      "RTMP also starts with `03`, but OPTIONS takes precedence. SOCKS has at least 1 at byte 1, where the flags are 0 or, for a beta version, `10`. DCE/RPC has a length in place of the opcode.",
    ],
  },
  detect(view) {
    const version = view[0];
    if (version === undefined) return more(1);
    if (!VERSIONS.includes(version)) return NO;
    if (view.length < 2) return more(2);
    if (view[1] !== 0 && view[1] !== FLAG_BETA) return NO;
    const opcodeAt = version < 3 ? 3 : 4;
    for (let at = 2; at < opcodeAt; at++) {
      if (at === view.length) return more(at + 1);
      if (view[at]! > (at === opcodeAt - 1 ? MAX_STREAM : 0)) return NO;
    }
    if (view.length === opcodeAt) return more(opcodeAt + 1);
    const opcode = view[opcodeAt];
    if (opcode !== OPTIONS && opcode !== STARTUP) return NO;
    const bodyAt = opcodeAt + 1 + LENGTH_BYTES;
    if (view.length < bodyAt) return more(bodyAt);
    const length = be32(view, bodyAt - LENGTH_BYTES);
    if (opcode === OPTIONS) return length === 0 ? match({}) : NO;
    return detectPairs(view, bodyAt, length);
  },
};

/** Looks at the count of pairs and the first key, such as `CQL_VERSION`. */
function detectPairs(view: Uint8Array, at: number, length: number): Verdict {
  if (length > MAX_BODY_BYTES) return NO;
  const keyAt = at + 4;
  if (view.length < keyAt) return more(keyAt);
  const count = be16(view, at);
  const keyLength = be16(view, at + 2);
  if (count === 0 || count > MAX_PAIRS) return NO;
  if (keyLength === 0 || keyLength > MAX_KEY_BYTES) return NO;
  if (4 + keyLength + 2 > length) return NO;
  for (let i = keyAt; i < keyAt + keyLength; i++) {
    if (i === view.length) return more(i + 1);
    const byte = view[i]!;
    if (byte !== 0x5f && (byte < 0x41 || byte > 0x5a)) return NO;
  }
  return match({});
}
