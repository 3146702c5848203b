import { firebird } from "../../../src/detect/protocols/firebird.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { be, hex, wire } from "../../support/wire.ts";

/** A request for a database. */
function connect(database: string, padding = 0): Uint8Array {
  const rest = (4 - database.length % 4) % 4;
  return wire(
    hex("00000001 00000013 00000003 00000001"),
    be(database.length, 4),
    database,
    new Uint8Array(rest).fill(padding),
    hex("00000002 00000010"),
  );
}

testDetector(firebird, {
  positive: matching({
    "a path": [connect("/srv/shop.fdb"), { database: "/srv/shop.fdb" }],
    "an alias that needs no padding": [connect("shop"), { database: "shop" }],
    "no name": [connect("")],
  }),
  negative: others({
    "another operation": hex("00000001 00000014"),
    "another version": hex("00000001 00000013 00000004"),
    "bytes in the padding": connect("a", 1),
    "a long name": hex("00000001 00000013 00000003 00000001 00000401"),
  }),
  malformed: [{
    name: "a name with a control character",
    bytes: connect("a\n"),
    why: "the database contains a control byte",
  }],
});
