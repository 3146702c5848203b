/**
 * The PROXY protocol as a protocol of its own, where the server does not read
 * it.
 *
 * `maxBytes` 107: a header of version 1.
 *
 * @module
 */
import { ascii, latin1 } from "../byte_reader.ts";
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { expectBytes } from "../expect.ts";

const V1 = ascii("PROXY ");
const MAX_V1_BYTES = 107;
const LINE =
  /^(?:UNKNOWN(?: .*)?|TCP[46] ([\da-fA-F.:]{2,39}) [\da-fA-F.:]{2,39} \d{1,5} \d{1,5})$/;
/** Signature, version and command, family and transport, length. */
const V2 = new ByteForm(
  "0d0a0d0a000d0a515549540a 20-21 00-32 00-07 ..",
);
const CR = 0x0d;
const LF = 0x0a;
const MATCH_V2 = match({ version: "2" });

/** Recognises a client that sends a header of the PROXY protocol. */
export const proxy: Detector = {
  name: "PROXY",
  summary: "The PROXY protocol, where the server does not read it",
  maxBytes: MAX_V1_BYTES,
  rules: {},
  docs: {
    firstBytes:
      "version 1: `PROXY`, SP, `TCP4`, `TCP6` or `UNKNOWN`, addresses and ports, CRLF; version 2: `0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a`, `20` or `21`, family and transport, BE16 length of less than 2048",
    facts: {
      version: "`1` or `2`",
      source: "the address of the client, as the header of version 1 has it",
    },
    source: [
      {
        text: "HAProxy, The PROXY protocol, §2",
        url: "https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt",
      },
    ],
    stance: [
      "Strict: a complete header of version 1, or the fixed part of version 2. The header is forwarded to the target.",
      "To detect the protocol after the header, use `accept_proxy`.",
    ],
  },
  detect(view) {
    if (view[0] === CR) return V2.check(view) ?? MATCH_V2;
    const start = expectBytes(view, 0, V1);
    if (start !== null) return start;
    for (let at = V1.length; at < MAX_V1_BYTES; at++) {
      if (at === view.length) return more(at + 1);
      const byte = view[at]!;
      if (byte === LF) {
        return view[at - 1] === CR
          ? readLine(latin1(view.subarray(V1.length, at - 1)))
          : NO;
      }
      if (byte !== CR && (byte < 0x20 || byte > 0x7e)) return NO;
    }
    return NO;
  },
};

function readLine(text: string) {
  const found = LINE.exec(text);
  if (found === null) return NO;
  const source = found[1];
  return match({ version: "1", ...(source === undefined ? {} : { source }) });
}
