import { assertEquals } from "@std/assert";
import { bittorrent } from "../../../src/detect/protocols/bittorrent.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { hex, wire } from "../../support/wire.ts";

const HASH = "0123456789abcdef0123456789abcdef00ff7f80";
const START = wire(19, "BitTorrent protocol");
const facts = { info_hash: HASH };

testDetector(bittorrent, {
  positive: [
    {
      name: "a handshake",
      bytes: wire(START, hex("00 00 00 00 00 10 00 05"), hex(HASH), [
        ...wire("-qB4650-0123456789ab"),
      ]),
      facts,
    },
    {
      name: "a handshake whose peer id comes later",
      bytes: wire(START, hex("80 00 00 00 00 13 00 04"), hex(HASH)),
      facts,
    },
    {
      name: "messages behind the handshake",
      bytes: wire(START, [0, 0, 0, 0, 0, 0, 0, 0], hex(HASH), "p".repeat(20), [
        ...hex("00 00 00 01 0e"),
      ]),
      facts,
    },
  ],
  negative: [
    { name: "another length of the name", bytes: wire(18, "BitTorrent proto") },
    { name: "lower case", bytes: wire(19, "bittorrent protocol") },
    { name: "another protocol", bytes: wire(19, "BitTorrent protocoL") },
    { name: "a game's handshake", bytes: wire(19, "OHYO_DOUXIE_BOX") },
    { name: "the name without its length", bytes: wire("BitTorrent protocol") },
  ],
});

Deno.test("BITTORRENT: matches without the info hash when the peer ends", () => {
  const ended = (view: Uint8Array) => bittorrent.detect(view, { ended: true });
  assertEquals(ended(START), { kind: "match", facts: {} });
  assertEquals(ended(START.subarray(0, -1)).kind, "more");
});
