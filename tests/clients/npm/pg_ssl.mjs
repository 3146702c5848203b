import { call as connect } from "./pg.mjs";
import { TLS } from "./stub.mjs";

export { postgres as serve } from "./pg_stub.mjs";

export function call(port) {
  return connect(port, { ssl: { ca: TLS.cert, servername: "clients.test" } });
}
