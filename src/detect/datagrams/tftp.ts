/**
 * TFTP, by the request to read or write a file.
 *
 * Wire: BE16 1 or 2, file name, NUL, mode, NUL, and options of a name and a value
 * that end in NUL each (RFC 1350 §5, RFC 2347).
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import { type DatagramDetector, malformed, match, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be16 } from "../expect.ts";
import { textWord } from "../rule_grammar.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const READ = 1;
const WRITE = 2;
const NAME_AT = 2;
/** Longest name and mode: a request fits into one datagram of 512 bytes. */
const MAX_BYTES = 512;
const MODES = ["octet", "netascii", "mail"];

/** Recognises a TFTP client. */
export const tftp: DatagramDetector = firstDatagramDetector({
  name: "TFTP",
  summary: "TFTP, by the request for a file",
  rules: {
    FILE: textWord("file", {
      pattern: /^[\x20-\x7e]{1,255}$/,
      expected: 'the name of a file, or its start and "*"',
    }, { example: "pxelinux.cfg/*" }),
  },
  docs: {
    firstBytes:
      "`00 01` (read) or `00 02` (write), the file name, `00`, `octet`, `netascii` or `mail` in any case, `00`, optionally options",
    facts: {
      file: "the name of the file as sent, one character per byte",
      operation: "`read` or `write`",
    },
    source: [rfc(1350, "5"), rfc(2347, "2")],
    stance: [
      "Strict: name, mode and options must fill the datagram. A request without a name is malformed.",
      "The server sends the data from another port, to which passthru then forwards the client's datagrams.",
    ],
  },
}, (datagram) => {
  if (datagram.length < 4 || datagram.length > MAX_BYTES) return NO;
  const opcode = be16(datagram, 0);
  if (opcode !== READ && opcode !== WRITE) return NO;
  const nameEnd = datagram.indexOf(0, NAME_AT);
  const modeEnd = nameEnd < 0 ? -1 : datagram.indexOf(0, nameEnd + 1);
  if (modeEnd < 0 || datagram.at(-1) !== 0) return NO;
  const mode = latin1(datagram.subarray(nameEnd + 1, modeEnd)).toLowerCase();
  if (!MODES.includes(mode) || !areOptions(datagram, modeEnd + 1)) return NO;
  if (nameEnd === NAME_AT) return malformed("there is no file name");
  return match({
    file: latin1(datagram.subarray(NAME_AT, nameEnd)),
    operation: opcode === READ ? "read" : "write",
  });
});

/** Whether names and values of options, by pairs, fill a request. */
function areOptions(datagram: Uint8Array, from: number): boolean {
  let ends = 0;
  for (let at = from; at < datagram.length; at++) {
    if (datagram[at] === 0) ends++;
  }
  return ends % 2 === 0;
}
