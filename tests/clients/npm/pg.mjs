import pg from "pg";
import { failure } from "./stub.mjs";

export { postgres as serve } from "./pg_stub.mjs";

export function call(port, more = {}) {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: "alice",
    database: "shop",
    ...more,
  });
  return failure(client.connect());
}
