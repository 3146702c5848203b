import { thrift } from "../../../src/detect/protocols/thrift.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

/** A call in the binary protocol. */
function call(method: string, kind = 1): Uint8Array {
  return wire(
    hex("800100"),
    kind,
    be(method.length, 4),
    method,
    hex("00000000 00"),
  );
}

testDetector(thrift, {
  positive: matching({
    "a call": [call("ping"), { method: "ping" }],
    "in a frame": [vector(4, call("Calculator:add")), {
      method: "Calculator:add",
    }],
    "without reply": [call("log", 4), { method: "log" }],
    compact: [wire(hex("8221 00 04"), "ping", 0), { method: "ping" }],
    "compact, in a frame, with a long id": [
      vector(4, wire(hex("8281 8001 03"), "log", 0)),
      { method: "log" },
    ],
  }),
  negative: others({
    "a reply": call("ping", 2),
    "another version": hex("8002"),
    "a short frame": hex("00000008 80"),
    "a long frame": hex("0f000000 80"),
    "no name": hex("80010001 00000000"),
    "a name that is none": call("a b"),
    "a compact reply": hex("8241"),
    "a compact name that is long": hex("8221 00 80"),
    "a compact id that is long": hex("8221 8080808080"),
    "ONC RPC": hex("80000028 89d3d427 00000000"),
    "something else in a frame": hex("00000025 81"),
  }),
});
