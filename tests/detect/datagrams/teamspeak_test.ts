import { teamspeak } from "../../../src/detect/datagrams/teamspeak.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { hex, wire } from "../../support/wire.ts";

const INIT = wire(
  "TS3INIT1",
  hex("0065 0000 88 09d7a5a1 00 5f5916e0 00010203 0000000000000000"),
);

testDatagramDetector(teamspeak, {
  positive: [{ name: "the first packet", datagrams: [INIT], facts: {} }],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "another packet id", datagrams: [INIT.with(9, 0x66)] },
    { name: "another version", datagrams: [INIT.with(2, 0x32)] },
    { name: "half a packet", datagrams: [INIT.subarray(0, 12)] },
  ],
});
