/**
 * BitTorrent between peers, by the handshake.
 *
 * A peer may hold the peer id back until it has seen the other's info hash, so
 * it is not waited for.
 *
 * `maxBytes` 48: up to the end of the info hash.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { match, more } from "../detector.ts";
import { expectBytes } from "../expect.ts";

const START = ascii("\x13BitTorrent protocol");
const INFO_HASH_AT = START.length + 8;
const INFO_HASH_END = INFO_HASH_AT + 20;

/** Recognises a BitTorrent peer. */
export const bittorrent: Detector = {
  name: "BITTORRENT",
  summary: "BitTorrent, by the handshake between peers",
  maxBytes: INFO_HASH_END,
  rules: {},
  docs: {
    firstBytes:
      "`13` `BitTorrent protocol`, 8 reserved bytes, 20 bytes of info hash, 20 of peer id",
    facts: { info_hash: "40 hexadecimal digits, in lower case" },
    source: [
      {
        text: "BEP 3",
        url: "https://www.bittorrent.org/beps/bep_0003.html",
      },
    ],
    stance: [
      "Strict: 20 fixed bytes. The encrypted handshake (MSE) looks random and is not matched.",
      "A client that closes before the info hash still matches.",
    ],
  },
  detect(view, { ended }) {
    const start = expectBytes(view, 0, START);
    if (start !== null) return start;
    if (view.length < INFO_HASH_END) {
      return ended ? match({}) : more(INFO_HASH_END);
    }
    const hash = view.subarray(INFO_HASH_AT, INFO_HASH_END);
    return match({
      info_hash: Array.from(hash, (byte) => byte.toString(16).padStart(2, "0"))
        .join(""),
    });
  },
};
