/**
 * Firebird, by the request to connect.
 *
 * `maxBytes` 1048: up to the end of the database's name.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { be32 } from "../expect.ts";
import { utf8 } from "./client_text.ts";
import { matchTexts, nameWord } from "./text_facts.ts";

/** Connect, attach, version, architecture, length of the database's name. */
const FORM = new ByteForm(
  "00000001 00000013 000000 02-03 000000 .. 0000 00-04 ..",
);
const LENGTH_AT = 16;
const MAX_NAME_BYTES = 1024;

/** Recognises a Firebird client. */
export const firebird: Detector = {
  name: "FIREBIRD",
  summary: "Firebird, by the request to connect",
  maxBytes: FORM.length + MAX_NAME_BYTES + 4,
  rules: { DATABASE: nameWord("database", "/srv/shop.fdb") },
  docs: {
    firstBytes:
      "BE32 1 (connect), BE32 19 (attach), BE32 version 2 or 3, BE32 architecture, BE32 length and name of the database, padded to 4 bytes",
    facts: {
      database:
        "the path or the alias of the database, as sent; `service_mgr` for the service manager; absent where it is empty",
    },
    source: [
      {
        text: "Firebird Wire Protocol §5.1",
        url:
          "https://firebirdsql.org/file/documentation/html/en/firebirddocs/wireprotocol/firebird-wire-protocol.html",
      },
    ],
    stance: [
      "Strict: operation, version, and a name with its padding. Later fields are not read.",
    ],
  },
  detect(view, state) {
    const form = FORM.check(view);
    if (form !== null) return form;
    const length = be32(view, LENGTH_AT);
    if (length > MAX_NAME_BYTES) return NO;
    const end = FORM.length + length;
    const padded = (end + 3) & ~3;
    if (view.length < padded) return more(padded);
    for (let at = end; at < padded; at++) if (view[at] !== 0) return NO;
    const database = utf8(view.subarray(FORM.length, end), MAX_NAME_BYTES);
    return matchTexts({ database }, state);
  },
};
