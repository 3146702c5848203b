import { zookeeper } from "../../../src/detect/protocols/zookeeper.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, wire } from "../../support/wire.ts";

const SESSION = hex("00000000 00000000 00000000 00007530 00000000 00000000");

testDetector(zookeeper, {
  positive: matching({
    "a new session": [
      wire(hex("0000002d"), SESSION, hex("00000010"), new Uint8Array(17)),
    ],
    "an old client": [
      wire(hex("0000002c"), SESSION, hex("00000010"), new Uint8Array(16)),
    ],
    ruok: [wire("ruok")],
    "mntr by a pipe": [wire("mntr\n")],
  }),
  negative: others({
    "another length": hex("0000002e"),
    "a request of Kafka": hex("0000002c 0012"),
    "another password": wire(hex("0000002c"), SESSION, hex("00000011")),
    "stats of memcached": wire("stats\r\n"),
    "another word": wire("ruby"),
  }),
});
