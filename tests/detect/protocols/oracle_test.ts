import { oracle } from "../../../src/detect/protocols/oracle.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

const DATA = "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=x)))";

testDetector(oracle, {
  positive: Object.entries({
    "a client of version 12": connect({}),
    "a client of version 8": connect({ version: 308, offset: 34 }),
    "a redirected client": connect({ flags: 4 }),
    "long connect data in the next packet": connect({ inside: false }),
  }).map(([name, bytes]) => ({ name, bytes, facts: {} })),
  negative: Object.entries({
    text: wire("GET"),
    "SOCKS": hex("05"),
    "a short packet": hex("00 21"),
    "Radmin": hex("01 00 00 00 01 00 00 00 08 08"),
    "a long packet": hex("04 00"),
    "PPTP": hex("00 9c 00 01"),
    "DNS over TCP": hex("00 3c 12"),
    "DNS over TCP with id 0": hex("00 3c 00 00 01 00 00 01"),
    "an accept packet": hex("00 3c 00 00 02"),
    "an unknown version": connect({ version: 299 }),
    "a later version": connect({ version: 351 }),
    "a version below the lowest": connect({ lowest: 320 }),
    "an offset in the header": connect({ offset: 33 }),
    "an offset past the packet": connect({ shown: 500 }),
    "data that do not fill the packet": connect({ extra: 1 }),
    "no data": connect({ data: "" }),
    "data without a parenthesis": connect({ data: "DESCRIPTION" }),
    Modbus: hex("00 40 00 00 00"),
  }).map(([name, bytes]) => ({ name, bytes })),
});

function connect(
  {
    version = 319,
    lowest = 300,
    flags = 0,
    offset = 74,
    shown,
    data = DATA,
    inside = true,
    extra = 0,
  }: {
    version?: number;
    lowest?: number;
    flags?: number;
    /** Where the data are. */
    offset?: number;
    /** Where the packet says that they are; absent: there. */
    shown?: number;
    data?: string;
    inside?: boolean;
    extra?: number;
  },
): Uint8Array {
  const packet = wire(
    hex("00 00 01"),
    flags,
    hex("00 00"),
    be(version, 2),
    be(lowest, 2),
    hex("0c 41 20 00 ff ff 4f 98 00 00 00 01"),
    be(data.length, 2),
    be(shown ?? offset, 2),
    "\0".repeat(offset - 28),
    inside ? data : "",
  );
  return wire(be(2 + packet.length + extra, 2), packet);
}
