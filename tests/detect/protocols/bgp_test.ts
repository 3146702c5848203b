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
  }).map(([name, bytes]) => ({ name, bytes, facts: {} })),
  negative: Object.entries({
    Telnet: hex("ff fd 18"),
    ZeroMQ: hex("ff 00 00 00 00 00 00 00 01 7f"),
    "a short marker": wire(MARKER.slice(1), 0),
    "a KEEPALIVE": wire(MARKER, be(19, 2), 4, MARKER),
    "a long message": wire(MARKER, be(4097, 2), 1, 4),
    "version 3": wire(MARKER, be(29, 2), 1, 3),
    "an UPDATE": wire(MARKER, be(29, 2), 2, 4),
    "ones without end": wire(MARKER, MARKER),
    "a hold time of 2": open({ holdTime: 2 }),
    "parameters that do not fill the message": open({
      parameters: wire(7, CAPABILITIES),
    }),
    "long parameters that do not fill the message": open({
      parameters: wire(hex("ff ff 00 0a"), "x".repeat(9)),
    }),
    "255 bytes of parameters in a shorter message": open({
      parameters: wire(0xff, "x".repeat(9)),
    }),
  }).map(([name, bytes]) => ({ name, bytes })),
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
