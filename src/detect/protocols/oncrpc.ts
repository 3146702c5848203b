/**
 * ONC RPC over TCP (NFS, portmapper), by the first call.
 *
 * `maxBytes` 36: up to the length of the credentials.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { be32 } from "../expect.ts";
import { textWord } from "../rule_grammar.ts";

/**
 * The last fragment and its length, id, call, RPC 2, program, version,
 * procedure, kind and length of the credentials.
 */
const FORM = new ByteForm(
  `80 ...... ........ 00000000 00000002 00-5f...... 000000.. 000000..
  00...... 0000 00-01..`,
);
const PROGRAM_AT = 16;
const VERSION_AT = 20;
const FLAVOUR_AT = 28;
const CREDENTIALS_AT = 32;
/** All of a call but credentials, the verifier's bytes and the arguments. */
const MIN_LENGTH = 40;
const MAX_CREDENTIALS_BYTES = 400;
const FIRST_PSEUDO_FLAVOUR = 390_000;
const MAX_FLAVOUR = 7;

/** Programs that are known by a name. */
const PROGRAMS: Readonly<Record<number, string>> = {
  100000: "portmapper",
  100003: "nfs",
  100004: "ypserv",
  100005: "mountd",
  100011: "rquotad",
  100021: "nlockmgr",
  100024: "status",
  100227: "nfs_acl",
  395183: "vxi11",
};

/** Recognises a client of ONC RPC. */
export const oncrpc: Detector = {
  name: "ONCRPC",
  summary: "ONC RPC (NFS, portmapper), by the first call",
  maxBytes: FORM.length,
  rules: {
    PROGRAM: textWord("program", {
      pattern: /^(?:[a-z][a-z0-9_]*|\d+)$/,
      expected: 'a program such as "nfs" or its number',
    }, { example: "nfs", exact: true }),
  },
  docs: {
    firstBytes:
      "`80` and a length of 24 bits, BE32 id, `00 00 00 00` (call), `00 00 00 02`, BE32 program, version and procedure, kind and length of the credentials",
    facts: {
      program:
        "`nfs`, `portmapper`, `mountd`, `nlockmgr`, `status`, `rquotad`, `nfs_acl`, `ypserv` or `vxi11`; another one by its number",
      version: "the version of the program",
    },
    source: [rfc(5531, "9"), rfc(5531, "11"), rfc(7530), rfc(1833)],
    stance: [
      "Strict: the complete header of the call, in one fragment. The binary protocol of memcached and Thrift also start with `80`; the message type and the version of RPC differ.",
      "RPC with TLS (RFC 9289) starts with a call in plain text and matches.",
    ],
  },
  detect(view) {
    const form = FORM.check(view);
    if (form !== null) return form;
    const flavour = be32(view, FLAVOUR_AT);
    if (flavour > MAX_FLAVOUR && flavour < FIRST_PSEUDO_FLAVOUR) return NO;
    const credentials = be32(view, CREDENTIALS_AT);
    const length = be32(view, 0) - 0x80000000;
    if (credentials > MAX_CREDENTIALS_BYTES || credentials % 4 !== 0) return NO;
    if (length < MIN_LENGTH + credentials || length % 4 !== 0) return NO;
    const program = be32(view, PROGRAM_AT);
    return match({
      program: PROGRAMS[program] ?? String(program),
      version: String(be32(view, VERSION_AT)),
    });
  },
};
