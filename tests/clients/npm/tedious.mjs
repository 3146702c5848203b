import { Connection } from "tedious";
import { stub } from "./stub.mjs";
import { tds } from "./tds_stub.mjs";

export function serve() {
  return stub(tds);
}

export function call(port, more = { encrypt: false }) {
  const connection = new Connection({
    server: "127.0.0.1",
    authentication: {
      type: "default",
      options: { userName: "alice", password: "x" },
    },
    options: { port, ...more },
  });
  return new Promise((resolve, reject) =>
    connection.connect((error) =>
      error ? resolve(error.message) : reject(new Error("It did not fail"))
    )
  );
}
