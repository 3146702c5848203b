/**
 * Bolt (Neo4j, Memgraph), by the handshake.
 *
 * `maxBytes` 20: magic and four proposals.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, NO } from "../detector.ts";

const FORM = new ByteForm(
  "6060b017 00...... 00...... 00...... 00......",
);
const MAGIC_BYTES = 4;
const PROPOSAL_BYTES = 4;
/** In place of a major version: what servers know is asked for. */
const MANIFEST = 0xff;

/** Recognises a Bolt client. */
export const bolt: Detector = {
  name: "BOLT",
  summary: "Bolt (Neo4j, Memgraph), by the handshake",
  maxBytes: FORM.length,
  rules: {},
  docs: {
    firstBytes:
      "`60 60 b0 17`, four version proposals: `00`, range of minor versions, minor, major; `00 00 00 00` is empty",
    facts: {
      versions:
        "the highest version of each proposal: `5.8`; `manifest` where the server is asked for a list",
    },
    source: [
      {
        text: "Neo4j, Bolt handshake specification",
        url: "https://neo4j.com/docs/bolt/current/bolt/handshake/",
      },
    ],
    stance: [
      "Strict: the magic bytes and the first byte of each proposal. Bolt over WebSocket is HTTP.",
      "The client sends the database after the server's reply, so no rule can test it.",
    ],
  },
  detect(view) {
    const form = FORM.check(view);
    if (form !== null) return form;
    const versions: string[] = [];
    for (let at = MAGIC_BYTES; at < FORM.length; at += PROPOSAL_BYTES) {
      const minor = view[at + 2]!;
      const major = view[at + 3]!;
      if (major === MANIFEST) versions.push("manifest");
      else if (major > 0) versions.push(`${major}.${minor}`);
    }
    return versions.length > 0 ? match({ versions }) : NO;
  },
};
