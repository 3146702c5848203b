import { assertEquals } from "@std/assert";
import { BencodeReader } from "../../../src/detect/datagrams/bencode.ts";
import { bittorrent } from "../../../src/detect/datagrams/bittorrent.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { hex, wire } from "../../support/wire.ts";

const PING = wire("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe");
const SYN = hex("41 00 1234 00000001 00000000 00100000 0001 0000");
const TRACKER = hex("00000417 27101980 00000000 12345678");

testDatagramDetector(bittorrent, {
  positive: [
    { name: "a query", datagrams: [PING], facts: { message: "dht" } },
    {
      name: "an answer with a list and numbers",
      datagrams: [wire("d1:rd6:valuesl6:abcdef6:ghijkle1:ni-7ee1:t1:a1:y1:re")],
      facts: { message: "dht" },
    },
    {
      name: "the transport",
      datagrams: [SYN],
      facts: { message: "transport" },
    },
    {
      name: "the transport with an extension",
      datagrams: [wire(SYN.with(1, 2), 0, 8, new Uint8Array(8))],
      facts: { message: "transport" },
    },
    {
      name: "a tracker's client",
      datagrams: [TRACKER],
      facts: { message: "tracker" },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "bytes behind a dictionary", datagrams: [wire(PING, 0)] },
    { name: "a dictionary that is cut", datagrams: [PING.subarray(0, 40)] },
    { name: "another dictionary", datagrams: [wire("d1:t2:aae")] },
    { name: "data of the transport", datagrams: [SYN.with(0, 1)] },
    { name: "a later number", datagrams: [SYN.with(17, 2)] },
    { name: "another action", datagrams: [TRACKER.with(11, 1)] },
    { name: "text", datagrams: [wire("data: 1:y1:q")] },
  ],
});

Deno.test("BencodeReader gives the keys of what fills the bytes", () => {
  const keys = (text: string) => new BencodeReader(wire(text)).dictionaryKeys();
  assertEquals(keys("de"), []);
  assertEquals(keys("d1:ai1e2:bclee"), ["a", "bc"]);
  const deep = "l".repeat(7) + "e".repeat(7);
  assertEquals(keys(`d1:a${deep}e`), ["a"]);
  const deeper = "l".repeat(8) + "e".repeat(8);
  const bad = ["", "d", "i1e", "d1:ae", "d1:ai1xe", "d9:ai1ee", "d-1:a1:be"];
  for (const text of [...bad, "d1:aiee", `d1:a${deeper}e`, "d1:a1:be1"]) {
    assertEquals(keys(text), null, text);
  }
});
