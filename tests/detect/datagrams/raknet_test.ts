import { raknet } from "../../../src/detect/datagrams/raknet.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { noise } from "../../support/tcp.ts";
import { hex, wire } from "../../support/wire.ts";

const MARK = hex("00ffff00fefefefefdfdfdfd12345678");

testDatagramDetector(raknet, {
  positive: [
    {
      name: "a ping",
      datagrams: [wire(1, noise(8, 1), MARK, noise(8, 2))],
      facts: { message: "ping" },
    },
    {
      name: "the request to open a connection",
      datagrams: [wire(5, MARK, 11, new Uint8Array(1400))],
      facts: { message: "open_connection" },
    },
    {
      name: "Roblox",
      datagrams: [wire(0x7b, MARK, 5, new Uint8Array(1300))],
      facts: {},
    },
    {
      name: "Roblox with 31 bytes before it",
      datagrams: [wire(1, noise(30, 1), 0x7b, MARK, 5)],
      facts: {},
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    {
      name: "a connection that is open",
      datagrams: [wire(0x84, noise(30, 1))],
    },
    { name: "half a mark", datagrams: [wire(5, MARK.subarray(0, 15))] },
    { name: "a mark too far behind", datagrams: [wire(noise(49, 1), MARK)] },
  ],
});
