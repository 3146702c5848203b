import { cassandra } from "../../../src/detect/protocols/cassandra.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

const PAIRS = wire(
  be(1, 2),
  vector(2, wire("CQL_VERSION")),
  vector(2, wire("3.0.0")),
);
const DRIVER = wire(
  be(3, 2),
  vector(2, wire("DRIVER_NAME")),
  vector(2, wire("DataStax Python Driver")),
);

testDetector(cassandra, {
  positive: Object.entries({
    "OPTIONS of version 4": hex("04 00 00 00 05 00 00 00 00"),
    "OPTIONS of version 5, stream 1": hex("05 00 00 01 05 00 00 00 00"),
    "OPTIONS of version 6, a beta": hex("06 10 00 00 05 00 00 00 00"),
    "OPTIONS of version 3": hex("03 00 00 00 05 00 00 00 00"),
    "OPTIONS of version 2": hex("02 00 00 05 00 00 00 00"),
    "OPTIONS of DataStax": hex("42 00 00 00 05 00 00 00 00"),
    "STARTUP of version 4": wire(hex("04 00 00 00 01"), vector(4, PAIRS)),
    "STARTUP of version 1": wire(hex("01 00 00 01"), vector(4, PAIRS)),
    "STARTUP of a driver": wire(hex("05 00 00 01 01"), vector(4, DRIVER)),
  }).map(([name, bytes]) => ({ name, bytes, facts: {} })),
  negative: Object.entries({
    "OpenFlow 1.3": hex("04 00 00 10 00 00 00 05"),
    "OpenFlow 1.0": hex("01 00 00 08 00 00 00 01"),
    "SOCKS 4": hex("04 01 00 50"),
    "SOCKS 5": hex("05 01 00"),
    "DCE/RPC": hex("05 00 0b 03"),
    RTMP: hex("03 00 00 00 00 09 00 7c 02"),
    RDP: hex("03 00 00 13 0e e0"),
    "an answer": hex("84 00 00 00 06"),
    "another version": hex("07 00"),
    "a compressed request": hex("04 01 00 00 05"),
    "a high stream": hex("04 00 01"),
    "a query": hex("04 00 00 00 07"),
    "OPTIONS with a body": hex("04 00 00 00 05 00 00 00 01"),
    "STARTUP with a long body": hex("04 00 00 00 01 00 01 00 00"),
    "STARTUP without pairs": hex("04 00 00 00 01 00 00 00 16 00 00 00 0b"),
    "STARTUP of too many pairs": hex("04 00 00 00 01 00 00 00 16 00 21 00 0b"),
    "STARTUP of an empty key": hex("04 00 00 00 01 00 00 00 16 00 01 00 00"),
    "STARTUP of a key that goes past it": hex(
      "04 00 00 00 01 00 00 00 10 00 01 00 0b",
    ),
    "STARTUP of a key in lower case": wire(
      hex("04 00 00 00 01 00 00 00 16 00 01 00 0b"),
      "CQl",
    ),
  }).map(([name, bytes]) => ({ name, bytes })),
});
