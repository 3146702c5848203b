/**
 * ClickHouse's native protocol, by the hello of the client.
 *
 * `maxBytes` 1024: a hello with names of usual length.
 *
 * @module
 */
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { utf8 } from "./client_text.ts";
import { matchTexts, nameWord } from "./text_facts.ts";

const HELLO = 0;
const MAX_CLIENT_BYTES = 100;
const MAX_TEXT_BYTES = 255;
/** Revisions of the protocol, which servers compare. */
const MIN_REVISION = 50_000;
const MAX_REVISION = 60_000;
const REVISION_BYTES = 3;

/** Recognises a ClickHouse client. */
export const clickhouse: Detector = {
  name: "CLICKHOUSE",
  summary: "ClickHouse's native protocol, by the hello of the client",
  maxBytes: 1024,
  rules: {
    DATABASE: nameWord("database", "metrics"),
    USER: nameWord("user", "alice"),
  },
  docs: {
    firstBytes:
      "`00`, length and name of the client, versions major and minor, revision of 50000 to 60000 as a varint of three bytes, length and text of database, user and password",
    facts: {
      client: "the name that the client gives itself: `ClickHouse client`",
      database: "as sent; absent where it is empty: the user's default",
      user: "as sent; absent where it is empty",
    },
    source: [
      {
        text: "ClickHouse documentation, Native protocol: client packets",
        url: "https://clickhouse.com/docs/native-protocol/client#hello",
      },
    ],
    stance: [
      "Strict: a printable name and a valid revision. ClickHouse over HTTP or over the protocol of MySQL or PostgreSQL is that protocol.",
      "Texts of up to 255 bytes are accepted.",
    ],
  },
  detect(view, state) {
    if (view.length === 0) return more(1);
    if (view[0] !== HELLO) return NO;
    if (view.length < 2) return more(2);
    const clientEnd = 2 + view[1]!;
    if (view[1] === 0 || view[1]! > MAX_CLIENT_BYTES) return NO;
    for (let at = 2; at < clientEnd; at++) {
      if (at === view.length) return more(at + 1);
      if (view[at]! < 0x20 || view[at]! > 0x7e) return NO;
    }
    // Major, minor: one byte each.
    for (let at = clientEnd; at < clientEnd + 2; at++) {
      if (at === view.length) return more(at + 1);
      if (view[at]! >= 0x80) return NO;
    }
    const revisionAt = clientEnd + 2;
    const textsAt = revisionAt + REVISION_BYTES;
    if (view.length < textsAt) return more(view.length + 1);
    return isRevision(view, revisionAt)
      ? detectTexts(view, { clientEnd, textsAt }, state)
      : NO;
  },
};

function isRevision(view: Uint8Array, at: number): boolean {
  if (view[at]! < 0x80 || view[at + 1]! < 0x80 || view[at + 2]! >= 0x80) {
    return false;
  }
  const revision = (view[at]! & 0x7f) | ((view[at + 1]! & 0x7f) << 7) |
    (view[at + 2]! << 14);
  return revision >= MIN_REVISION && revision <= MAX_REVISION;
}

/** Reads the database and the user; the password is there when it is. */
function detectTexts(
  view: Uint8Array,
  { clientEnd, textsAt }: { clientEnd: number; textsAt: number },
  state: DetectState,
): Verdict {
  const texts: string[] = [];
  let at = textsAt;
  while (texts.length < 2) {
    if (at === view.length) return more(at + 1);
    let length = view[at++]!;
    if (length >= 0x80) {
      if (at === view.length) return more(at + 1);
      length = (length & 0x7f) | (view[at++]! << 7);
    }
    if (length > MAX_TEXT_BYTES) return NO;
    if (view.length < at + length) return more(at + length);
    texts.push(utf8(view.subarray(at, at + length), MAX_TEXT_BYTES));
    at += length;
  }
  const client = utf8(view.subarray(2, clientEnd), MAX_CLIENT_BYTES);
  return matchTexts({ client, database: texts[0], user: texts[1] }, state);
}
