/**
 * rsync, by the greeting that a client of a daemon sends.
 *
 * Both sides send theirs at once.
 *
 * `maxBytes` 256: longest line that is looked at.
 *
 * @module
 */
import { ascii, latin1 } from "../byte_reader.ts";
import type { Detector, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { expectBytes } from "../expect.ts";

const START = ascii("@RSYNCD: ");
const MAX_LINE_BYTES = 256;
const LF = 0x0a;
const LINE = /^(\d{1,3}(?:\.\d{1,3})?)(?: [a-z\d]+)*$/;

/** Recognises an rsync client of a daemon. */
export const rsync: Detector = {
  name: "RSYNC",
  summary: "Rsync, by the greeting to a daemon",
  maxBytes: MAX_LINE_BYTES,
  rules: {},
  docs: {
    firstBytes: "`@RSYNCD:` SP version, optionally SP and digests, LF",
    facts: { version: "the protocol version as sent: `31.0`" },
    source: [
      {
        text: "rsync, `clientserver.c`",
        url: "https://github.com/RsyncProject/rsync/blob/master/clientserver.c",
      },
    ],
    stance: [
      "Strict: the fixed start and the whole line are checked. rsync over SSH is SSH.",
    ],
  },
  detect(view) {
    const start = expectBytes(view, 0, START);
    if (start !== null) return start;
    for (let i = START.length; i < MAX_LINE_BYTES; i++) {
      if (i === view.length) return more(i + 1);
      if (view[i] === LF) return readLine(view.subarray(START.length, i));
      if (view[i]! < 0x20 || view[i]! > 0x7a) return NO;
    }
    return NO;
  },
};

function readLine(line: Uint8Array): Verdict {
  const found = LINE.exec(latin1(line));
  return found === null ? NO : match({ version: found[1]! });
}
