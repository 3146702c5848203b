import { source } from "../../../src/detect/datagrams/source.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { hex, wire } from "../../support/wire.ts";

const HEADER = hex("ffffffff");
const INFO = wire(HEADER, "TSource Engine Query\0");

testDatagramDetector(source, {
  positive: [
    { name: "A2S_INFO", datagrams: [INFO], facts: { query: "info" } },
    {
      name: "A2S_INFO with a challenge",
      datagrams: [wire(INFO, hex("12345678"))],
      facts: { query: "info" },
    },
    {
      name: "A2S_PLAYER",
      datagrams: [wire(HEADER, "U", HEADER)],
      facts: { query: "players" },
    },
    {
      name: "A2S_RULES",
      datagrams: [wire(HEADER, "V", HEADER)],
      facts: { query: "rules" },
    },
    {
      name: "a client that connects",
      datagrams: [wire(HEADER, "q", hex("12345678"), "0000000000\0")],
      facts: { query: "connect" },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "the header alone", datagrams: [HEADER] },
    { name: "Quake 3", datagrams: [wire(HEADER, "getstatus\n")] },
    {
      name: "Steam's discovery",
      datagrams: [wire(HEADER, hex("214c5fa0 16000000"))],
    },
    { name: "a query that is cut", datagrams: [INFO.subarray(0, 20)] },
    { name: "another query behind it", datagrams: [wire(INFO, 1)] },
  ],
});
