import { snmp } from "../../../src/detect/datagrams/snmp.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { hex, wire } from "../../support/wire.ts";

/** An element. */
function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = wire(...parts);
  return wire(tag, body.length, body);
}

const COMMUNITY = element(4, wire("public"));
/** A GetRequest for sysDescr. */
const PDU = element(
  0xa0,
  hex("02 01 07  02 01 00  02 01 00"),
  element(0x30, element(0x30, hex("06 08 2b06010201010100 05 00"))),
);
const HEADER = element(
  0x30,
  hex("02 02 1234  02 03 00ffe3  04 01 07  02 01 03"),
);
const SECURITY = element(4, element(0x30, hex("04 00 02 01 00")));

testDatagramDetector(snmp, {
  positive: [
    {
      name: "version 1",
      datagrams: [element(0x30, hex("02 01 00"), COMMUNITY, PDU)],
      facts: { version: "1" },
    },
    {
      name: "version 2c, a GetBulk",
      datagrams: [
        element(0x30, hex("02 01 01"), COMMUNITY, wire(0xa5, PDU.subarray(1))),
      ],
      facts: { version: "2c" },
    },
    {
      name: "version 3",
      datagrams: [
        element(0x30, hex("02 01 03"), HEADER, SECURITY, element(4, PDU)),
      ],
      facts: { version: "3" },
    },
    {
      name: "a length of four bytes",
      datagrams: [wire(
        hex("30 84 000000"),
        wire(3 + COMMUNITY.length + PDU.length, hex("02 01 00")),
        wire(COMMUNITY, PDU),
      )],
      facts: { version: "1" },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    {
      name: "a response",
      datagrams: [
        element(0x30, hex("02 01 00"), COMMUNITY, wire(0xa2, PDU.subarray(1))),
      ],
    },
    {
      name: "a version that there is not",
      datagrams: [element(0x30, hex("02 01 02"), COMMUNITY, PDU)],
    },
    {
      name: "bytes behind the message",
      datagrams: [wire(element(0x30, hex("02 01 00"), COMMUNITY, PDU), 0)],
    },
    {
      name: "bytes behind the PDU",
      datagrams: [element(0x30, hex("02 01 00"), COMMUNITY, PDU, wire(0))],
    },
    {
      name: "LDAP",
      datagrams: [hex("30 0c 02 01 01 60 07 02 01 03 04 00 80 00")],
    },
    {
      name: "version 3 without flags",
      datagrams: [
        element(
          0x30,
          hex("02 01 03"),
          element(0x30, hex("02 01 01 02 01 01")),
          SECURITY,
          element(4, PDU),
        ),
      ],
    },
  ],
});
