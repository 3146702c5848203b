import neo4j from "neo4j-driver";
import { failure, SAID, stub } from "./stub.mjs";

/** Bolt 4.4 is spoken, and the login refused. */
export function serve() {
  const said = Buffer.from(SAID);
  const failed = [
    ...[0xb1, 0x7f, 0xa2, 0x84, ...Buffer.from("code")],
    ...[
      0xd0,
      41,
      ...Buffer.from("Neo.ClientError.Security.Unauthorized".padEnd(41, "X")),
    ],
    ...[0x87, ...Buffer.from("message"), 0xd0, said.length, ...said],
  ];
  return stub((_, count) =>
    count === 0
      ? Buffer.from([0, 0, 4, 4])
      : Buffer.from([0, failed.length, ...failed, 0, 0])
  );
}

export function call(port) {
  const driver = neo4j.driver(
    `bolt://127.0.0.1:${port}`,
    neo4j.auth.basic("alice", "x"),
    { encrypted: false },
  );
  return failure(driver.verifyConnectivity());
}
