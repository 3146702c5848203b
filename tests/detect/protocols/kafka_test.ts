import { kafka } from "../../../src/detect/protocols/kafka.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

/** No tags, software name and version, no tags. */
const SOFTWARE = wire(0, 11, "librdkafka", 6, "2.3.0", 0);

testDetector(kafka, {
  positive: Object.entries({
    "version 0": request({ version: 0 }),
    "version 2 without a client id": request({ version: 2, id: null }),
    "version 3": request({ version: 3, rest: SOFTWARE }),
    "version 4 with an empty client id": request({
      version: 4,
      id: "",
      rest: SOFTWARE,
    }),
    "a client id that is not ASCII": request({ version: 1, id: "b\xc3\xbc" }),
    "another request behind it": wire(request({ version: 0 }), 0, 0, 0, 20),
  }).map(([name, bytes]) => ({ name, bytes, facts: {} })),
  negative: Object.entries({
    text: wire("GET"),
    "a long request": hex("00 01"),
    "a short request": hex("00 00 00 09 00 12 00 00"),
    "a produce request": hex("00 00 01 34 00 00"),
    "metadata, which is PostgreSQL's startup too": hex("00 00 00 20 00 03"),
    "an SSL request of PostgreSQL": hex("00 00 00 08 04"),
    "Thrift": hex("00 00 00 25 80 01 00 01"),
    "ActiveMQ": hex("00 00 00 f0 01"),
    "an unknown version": hex("00 00 00 20 00 12 00 10"),
    "a correlation id below 0": hex("00 00 00 20 00 12 00 00 80"),
    "a long client id": hex("00 00 02 20 00 12 00 00 00 00 00 01 01 00"),
    "a client id with a control byte": request({ version: 0, id: "a\nb" }),
    "a client id that goes past it": request({ version: 0, missing: 1 }),
    "bytes behind the client id": request({ version: 0, rest: wire("x") }),
    "version 3 with tags": request({ version: 3, rest: wire(1, 1, 1, 1) }),
    "version 3 without software": request({ version: 3, rest: wire(0) }),
  }).map(([name, bytes]) => ({ name, bytes })),
});

function request(
  { version, id = "rdkafka", rest = wire(), missing = 0 }: {
    version: number;
    id?: string | null;
    rest?: Uint8Array;
    missing?: number;
  },
): Uint8Array {
  const client = id === null ? hex("ff ff") : vector(2, wire(id));
  const body = wire(0, 18, be(version, 2), be(1, 4), client, rest);
  return wire(be(body.length - missing, 4), body);
}
