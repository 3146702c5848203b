import mysql from "mysql2/promise";
import { failure, SAID, stub } from "./stub.mjs";

/** An error in place of the greeting, as a server has it that is full. */
export function serve() {
  const body = Buffer.from(`\xff\x10\x04${SAID}`, "latin1");
  const header = Buffer.from([body.length, 0, 0, 0]);
  return stub(() => null, Buffer.concat([header, body]));
}

export function call(port) {
  return failure(mysql.createConnection({ host: "127.0.0.1", port }));
}
