import { Client } from "ldapts";
import { failure, SAID, stub } from "./stub.mjs";

/** BindResponse: invalid credentials. */
export function serve() {
  const said = Buffer.from(SAID);
  const result = [0x0a, 1, 49, 4, 0, 4, said.length, ...said];
  const response = [0x61, result.length, ...result];
  return stub((bytes) =>
    Buffer.from([0x30, response.length + 3, 2, 1, bytes[4], ...response])
  );
}

export function call(port) {
  const client = new Client({ url: `ldap://127.0.0.1:${port}` });
  return failure(client.bind("cn=alice,dc=example", "secret"));
}
