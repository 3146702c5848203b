import { clickhouse } from "../../../src/detect/protocols/clickhouse.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex, vector, wire } from "../../support/wire.ts";

/** A hello. */
function hello(
  client: string,
  texts: readonly string[],
  revision = "b5a903",
): Uint8Array {
  return wire(
    0,
    vector(1, wire(client)),
    hex("140a"),
    hex(revision),
    ...texts.map((text) => vector(1, wire(text))),
  );
}

testDetector(clickhouse, {
  positive: matching({
    "python3-clickhouse-driver": [
      hello("ClickHouse python-driver", ["", "default", ""]),
      { client: "ClickHouse python-driver", user: "default" },
    ],
    "a database": [
      hello("ClickHouse client", ["metrics", "alice", "secret"]),
      { client: "ClickHouse client", database: "metrics", user: "alice" },
    ],
    "a long database": [
      wire(
        hello("a", []),
        hex("c801"),
        "d".repeat(200),
        vector(1, wire("alice")),
      ),
      { client: "a", database: "d".repeat(200), user: "alice" },
    ],
  }),
  negative: others({
    "no client": hex("0000"),
    "a client that is none": hex("0003 01"),
    "another revision": hello("a", [], "808001"),
    "a revision of two bytes": hello("a", [], "ff7f00"),
    "a long version": wire(0, vector(1, wire("a")), 0x80),
    "a text that is too long": wire(hello("a", []), hex("8002")),
  }),
  malformed: [{
    name: "a user with a control character",
    bytes: hello("a", ["", "b\n"]),
    why: "the user contains a control byte",
  }],
});
