import { assertEquals } from "@std/assert";
import { kafka } from "../../../src/detect/protocols/kafka.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

const PRODUCE = 0;
const FETCH = 1;
const LIST_OFFSETS = 2;
const METADATA = 3;
const CONTROLLED_SHUTDOWN = 7;
const FIND_COORDINATOR = 10;
const JOIN_GROUP = 11;
const SASL_HANDSHAKE = 17;
const API_VERSIONS = 18;
const CREATE_TOPICS = 19;

/** No tags, software name and version, no tags. */
const SOFTWARE = wire(0, 11, "librdkafka", 6, "2.3.0", 0);
const TEXT = (text: string) => vector(2, wire(text));
/** Acknowledged by all in 30 s, one topic with one partition. */
const PRODUCE_2 = wire(
  hex("ffff 00007530 00000001"),
  TEXT("topic"),
  hex("00000001 00000000 00000002 abcd"),
);

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
    "Produce of version 2": request({
      key: PRODUCE,
      version: 2,
      id: "kafkajs",
      rest: PRODUCE_2,
    }),
    // Recorded from their second connection to a loopback broker.
    "Produce of kafkajs 2.2.4": hex(
      "00000071 0000 0003 00000000 0003 617070 ffff ffff 000003e8 00000001 0005 746f706963 00000001",
    ),
    "FindCoordinator of kafkajs 2.2.4": hex(
      "00000011 000a 0001 00000000 0003 617070 0001 67 00",
    ),
    "Produce of no-kafka 3.4.4": hex(
      "00000051 0000 0001 00000001 000f 6e6f2d6b61666b612d636c69656e74 0001 000003e8 00000001 0005 746f706963",
    ),
    "Metadata of kafka-python 2.0.2": hex(
      "00000018 0003 0001 00000001 0003 707963 00000001 0005 746f706963",
    ),
    "Produce of 900 KiB": wire(
      request({
        key: PRODUCE,
        version: 7,
        length: 900 * 1024,
        rest: wire(hex("ffff 0001 00007530 00000001"), TEXT("topic")),
      }),
    ),
    "a flexible Produce": request({
      key: PRODUCE,
      version: 9,
      rest: wire(hex("00 00 0001 00007530 02"), 6, "topic", 0),
    }),
    "Fetch": request({
      key: FETCH,
      version: 4,
      rest: hex("ffffffff 000001f4 00000001 00a00000 00 00000000"),
    }),
    "ListOffsets": request({
      key: LIST_OFFSETS,
      version: 1,
      rest: wire(hex("ffffffff 00000001"), TEXT("topic"), hex("00000000")),
    }),
    "Metadata of all topics": request({
      key: METADATA,
      version: 0,
      rest: hex("00000000"),
    }),
    "Metadata of a topic, without a client id": request({
      key: METADATA,
      version: 1,
      id: null,
      rest: wire(hex("00000001"), TEXT("topic")),
    }),
    "Metadata by the id of a topic": request({
      key: METADATA,
      version: 12,
      rest: wire(0, 2, new Uint8Array(16).fill(9), 0, 0, 0, 0, 0),
    }),
    "Metadata of a version to come": request({
      key: METADATA,
      version: 13,
      rest: hex("0001 00"),
    }),
    "FindCoordinator": request({
      key: FIND_COORDINATOR,
      version: 1,
      rest: wire(TEXT("group"), 0),
    }),
    "a flexible FindCoordinator": request({
      key: FIND_COORDINATOR,
      version: 4,
      rest: wire(0, 0, 2, 6, "group", 0),
    }),
    "JoinGroup": request({
      key: JOIN_GROUP,
      version: 5,
      rest: wire(TEXT("group"), hex("00007530 0000ea60 0000 ffff")),
    }),
    "SaslHandshake": request({
      key: SASL_HANDSHAKE,
      version: 1,
      rest: TEXT("PLAIN"),
    }),
    "CreateTopics": request({
      key: CREATE_TOPICS,
      version: 0,
      rest: wire(hex("00000001"), TEXT("topic"), hex("00000001")),
    }),
  }).map(([name, bytes]) => ({ name, bytes, facts: {} })),
  negative: Object.entries({
    text: wire("GET"),
    "a request of 1.1 MiB": hex("00 11"),
    "a short request": hex("00 00 00 09"),
    "a long request that is not Produce": hex("00 01 00 00 00 06"),
    "PostgreSQL's startup": hex("00 00 00 20 00 03 00 00 75"),
    "an SSL request of PostgreSQL": hex("00 00 00 08"),
    "a cancel request of PostgreSQL": hex("00 00 00 10 04"),
    "Thrift": hex("00 00 00 25 80 01 00 01"),
    "ActiveMQ": hex("00 00 00 f0 01"),
    "an unknown key": hex("00 00 00 20 00 58"),
    "an unknown version": hex("00 00 00 20 00 12 00 09"),
    "a correlation id below 0": hex("00 00 00 20 00 12 00 00 80"),
    "a long client id": hex("00 00 02 20 00 12 00 00 00 00 00 01 01 00"),
    "a client id with a control byte": request({ version: 0, id: "a\nb" }),
    "a client id that goes past it": request({ version: 0, missing: 1 }),
    "bytes behind the client id": request({ version: 0, rest: wire("x") }),
    "version 3 with tags": request({ version: 3, rest: wire(1, 1, 1, 1) }),
    "version 3 without software": request({ version: 3, rest: wire(0) }),
    "ControlledShutdown of version 0": hex("00 00 00 20 00 07 00 00"),
    "numbers alone": request({
      key: CONTROLLED_SHUTDOWN,
      version: 1,
      id: null,
      rest: hex("00000001"),
    }),
    "ZooKeeper": wire(
      hex("0000002c 00000000 00000000 00000000"),
      hex("00007530 00000000 00000000 00000010"),
      new Uint8Array(16),
    ),
    "Produce with another acks": request({
      key: PRODUCE,
      version: 2,
      rest: hex("0002 00007530 00000001 0001 74"),
    }),
    "Produce with too many topics": request({
      key: PRODUCE,
      version: 2,
      rest: hex("0001 00007530 00000100 0001 74"),
    }),
    "a topic that goes past the request": request({
      key: PRODUCE,
      version: 2,
      rest: hex("0001 00007530 00000001 0009 74"),
    }),
    "a topic with a control byte": request({
      key: PRODUCE,
      version: 2,
      rest: hex("0001 00007530 00000001 0001 07"),
    }),
  }).map(([name, bytes]) => ({ name, bytes })),
});

Deno.test("KAFKA: says no at the first byte that rules it out", () => {
  for (
    const bytes of [
      hex("00 11"),
      hex("00 00 00 09"),
      hex("00 00 00 20 01"),
      hex("00 00 00 20 00 58"),
      hex("00 00 00 20 00 03 00 00 75"),
    ]
  ) {
    const before = kafka.detect(bytes.subarray(0, -1), { ended: false });
    assertEquals(before, { kind: "more", atLeast: bytes.length });
  }
});

function request(
  { key = API_VERSIONS, version, id = "rdkafka", rest = wire(), ...lengths }: {
    key?: number;
    version: number;
    id?: string | null;
    rest?: Uint8Array;
    missing?: number;
    length?: number;
  },
): Uint8Array {
  const client = id === null ? hex("ff ff") : vector(2, wire(id));
  const body = wire(be(key, 2), be(version, 2), be(1, 4), client, rest);
  const { missing = 0, length = body.length - missing } = lengths;
  return wire(be(length, 4), body);
}
