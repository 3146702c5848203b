import { fluentd } from "../../../src/detect/protocols/fluentd.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, wire } from "../../support/wire.ts";

const TAG = { tag: "app.a" };
const TIME = hex("ce6b0b1f5d");

/** An event whose tag is `app.a`. */
function event(parts: number, ...rest: readonly (string | Uint8Array)[]) {
  return wire(0x90 | parts, 0xa5, "app.a", ...rest);
}

testDetector(fluentd, {
  positive: matching({
    "fluent-logger of npm": [event(3, TIME, hex("81a16101")), TAG],
    "a time with nanoseconds": [
      event(4, hex("d700 6b0b1f5d00000000 80 80")),
      TAG,
    ],
    "another form of that": [
      event(3, hex("c70800 6b0b1f5d00000000 de0001")),
      TAG,
    ],
    "a time of 64 bits": [event(3, hex("cf000000006b0b1f5d 80")), TAG],
    "entries": [event(2, hex("91 92")), TAG],
    "packed entries with options": [event(3, hex("c40101 81")), TAG],
    "a long tag": [
      wire(0x93, hex("d928"), "t".repeat(40), TIME, 0x80),
      { tag: "t".repeat(40) },
    ],
  }),
  negative: others({
    "a request of MessagePack-RPC": hex("940001a3"),
    "five parts": hex("95a161"),
    "no tag": hex("93a0"),
    "a tag that is none": hex("93a120"),
    "another kind behind the tag": event(3, hex("c0")),
    "a time without a record": event(2, TIME),
    "a record that is none": event(3, TIME, hex("90")),
    "entries and a fourth part": event(4, hex("91")),
    "another extension": event(3, hex("d701")),
  }),
});
