import { smpp } from "../../../src/detect/protocols/smpp.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { be, hex, wire } from "../../support/wire.ts";

/** A request to bind. */
function bind(
  { kind = 9, name = "acme", password = "secret", range = "", extra = 0 } = {},
): Uint8Array {
  const body = wire(name, 0, password, 0, "SMS", 0, hex("340000"), range, 0);
  return wire(
    be(16 + body.length + extra, 4),
    be(kind, 4),
    hex("00000000 00000001"),
    body,
  );
}

testDetector(smpp, {
  positive: matching({
    "a transceiver": [bind(), { system_id: "acme" }],
    "a receiver of a range": [bind({ kind: 1, range: "^1234" }), {
      system_id: "acme",
    }],
    "a transmitter without a name, and what follows": [
      wire(bind({ kind: 2, name: "" }), 0, 0),
    ],
  }),
  negative: others({
    "a message": bind({ kind: 4 }),
    "a failed one": hex("0000002f 00000009 00000001"),
    "a length that does not fit": bind({ extra: 1 }),
    "a short message": hex("00000010 00000009 00000000 00000001"),
    "a long message": hex("000000f0 00000009 00000000 00000001"),
    "a long name": bind({ name: "a".repeat(16) }),
    "a control byte": bind({ password: "a\n" }),
    Kafka: hex("00000034 00000007 00000001"),
  }),
});
