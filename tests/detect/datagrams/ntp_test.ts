import { ntp } from "../../../src/detect/datagrams/ntp.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { noise } from "../../support/tcp.ts";
import { be, hex, wire } from "../../support/wire.ts";

/** A header by its fields; the times in seconds. */
function header(
  first: number,
  {
    stratum = 0,
    poll = 0,
    precision = 0,
    delay = 0,
    dispersion = 0,
    times = [0, 0, 0],
    transmit = noise(8, 1),
  } = {},
): Uint8Array {
  return wire(
    first,
    stratum,
    poll,
    precision,
    be(delay, 4),
    be(dispersion, 4),
    new Uint8Array(4),
    ...times.map((seconds) => wire(be(seconds, 4), new Uint8Array(4))),
    transmit,
  );
}

const TIME = 0xe8d3_4a00;
/** As ntpd and Windows send it, with all that they know. */
const FULL = header(0xe3, {
  stratum: 3,
  poll: 10,
  precision: 0xe9,
  delay: 0x309b,
  dispersion: 0x000a5802,
  times: [TIME, TIME, TIME],
});

testDatagramDetector(ntp, {
  positive: [
    {
      name: "a request that says nothing of the client",
      datagrams: [header(0x23)],
      facts: { version: 4, mode: "client" },
    },
    {
      name: "chrony's poll and precision",
      datagrams: [header(0x23, { poll: 6, precision: 32 })],
      facts: { version: 4, mode: "client" },
    },
    {
      name: "version 3",
      datagrams: [header(0x1b)],
      facts: { version: 3, mode: "client" },
    },
    {
      name: "all fields",
      datagrams: [FULL],
      facts: { version: 4, mode: "client" },
    },
    {
      name: "a symmetric association",
      datagrams: [header(0xd9, { times: [TIME, 0, 0], precision: 0xfa })],
      facts: { version: 3, mode: "symmetric" },
    },
    {
      name: "a control message with data",
      datagrams: [wire(hex("16 02 0001 0000 0000 0000 0007"), "leap,st\0")],
      facts: { version: 2, mode: "control" },
    },
    {
      name: "a digest of MD5",
      datagrams: [wire(FULL, be(1, 4), noise(16, 2))],
      facts: { version: 4, mode: "client" },
    },
    {
      name: "extension fields of NTS",
      datagrams: [wire(
        header(0x23),
        wire(hex("0104 0024"), noise(32, 3)),
        wire(hex("0204 0068"), noise(100, 4)),
        wire(hex("0404 0028"), noise(36, 5)),
      )],
      facts: { version: 4, mode: "client" },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "47 bytes", datagrams: [header(0x23).subarray(1)] },
    { name: "a server's answer", datagrams: [header(0x24, { stratum: 2 })] },
    {
      name: "a control message of another length",
      datagrams: [hex("16 02 0001 0000 0000 0000 0007")],
    },
    {
      name: "the answer to a control message",
      datagrams: [hex("16 82 0001 0000 0000 0000 0000")],
    },
    {
      name: "a private message",
      datagrams: [hex("17 00 03 2a 00000000 00000000")],
    },
    { name: "version 5", datagrams: [header(0x2b)] },
    { name: "stratum 17", datagrams: [header(0x23, { stratum: 17 })] },
    { name: "poll 18", datagrams: [header(0x23, { poll: 18 })] },
    {
      name: "a precision of a second",
      datagrams: [header(0x23, { precision: 1 })],
    },
    {
      name: "a delay of 256 seconds",
      datagrams: [header(0x23, { delay: 1 << 24 })],
    },
    {
      name: "a time of 1901",
      datagrams: [header(0x23, { times: [0, 1 << 24, 0] })],
    },
    { name: "other bytes behind it", datagrams: [wire(header(0x23), 1, 2)] },
    {
      name: "an extension that ends behind it",
      datagrams: [wire(header(0x23), hex("0104 0030"), noise(32, 3))],
    },
  ],
});
