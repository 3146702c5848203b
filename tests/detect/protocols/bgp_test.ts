import { bgp } from "../../../src/detect/protocols/bgp.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

const MARKER = "\xff".repeat(16);
const CAPABILITIES = hex("02 06 01 04 00 01 00 01");

testDetector(bgp, {
  positive: Object.entries({
    "OPEN": open({}),
    "OPEN without parameters": open({ parameters: wire(0) }),
    "OPEN without a hold time": open({ holdTime: 0 }),
    "OPEN with long parameters": open({
      parameters: wire(hex("ff ff 00 09"), 2, be(6, 2), CAPABILITIES.slice(2)),
    }),
    "a KEEPALIVE behind it": wire(open({}), MARKER, be(19, 2), 4),
    "a NOTIFICATION": wire(MARKER, be(21, 2), 3, 6, 5),
  }).map(([name, bytes]) => ({ name, bytes, facts: {} })),
  negative: Object.entries({
    Telnet: hex("ff fd 18"),
    ZeroMQ: hex("ff 00 00 00 00 00 00 00 01 7f"),
    "a short marker": wire(MARKER.slice(1), 0),
    "a KEEPALIVE with data": wire(MARKER, be(20, 2), 4),
    "a short UPDATE": wire(MARKER, be(22, 2), 2),
    "a short OPEN": wire(MARKER, be(28, 2), 1),
    "type 0": wire(MARKER, be(29, 2), 0),
    "type 6": wire(MARKER, be(29, 2), 6),
    "a long OPEN": wire(MARKER, be(4097, 2), 1, 4),
    "ones without end": wire(MARKER, MARKER),
  }).map(([name, bytes]) => ({ name, bytes })),
  malformed: [
    {
      name: "version 3",
      bytes: wire(MARKER, be(29, 2), 1, 3),
      why: "the version is not 4",
    },
    {
      name: "a hold time of 2",
      bytes: open({ holdTime: 2 }),
      why: "the hold time is 2 s",
    },
    ...Object.entries({
      "a KEEPALIVE": wire(MARKER, be(19, 2), 4, MARKER),
      "a long UPDATE": wire(MARKER, be(60000, 2), 2, 0, 0),
      "an UPDATE": wire(MARKER, be(23, 2), 2, 0, 0, 0, 0),
      "a ROUTE-REFRESH": wire(MARKER, be(23, 2), 5, 0, 1, 0, 1),
    }).map(([name, bytes]) => ({
      name,
      bytes,
      why: "the first message is not OPEN",
    })),
    ...Object.entries({
      "parameters that do not fill the message": wire(7, CAPABILITIES),
      "long parameters that do not fill it": wire(
        hex("ff ff 00 0a"),
        "x".repeat(9),
      ),
      "255 bytes of parameters in less": wire(0xff, "x".repeat(9)),
      "255 bytes of parameters in nothing": wire(0xff),
    }).map(([name, parameters]) => ({
      name,
      bytes: open({ parameters }),
      why: "the parameters do not end where the message does",
    })),
  ],
});

function open(
  { holdTime = 180, parameters = wire(CAPABILITIES.length, CAPABILITIES) },
): Uint8Array {
  const body = wire(
    1,
    4,
    be(64512, 2),
    be(holdTime, 2),
    hex("c0 00 02 01"),
    parameters,
  );
  return wire(MARKER, be(18 + body.length, 2), body);
}
