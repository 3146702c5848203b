import oracledb from "oracledb";
import { be16, failure, stub } from "./stub.mjs";

const REFUSE = 4;

/** A listener that knows no service. */
export function serve() {
  const text = Buffer.from("(DESCRIPTION=(ERR=12514)(VSNNUM=0))");
  const body = Buffer.concat([Buffer.from([0x22, 0]), be16(text.length), text]);
  const header = [...be16(body.length + 8), 0, 0, REFUSE, 0, 0, 0];
  return stub(() => Buffer.concat([Buffer.from(header), body]));
}

export function call(port) {
  return failure(
    oracledb.getConnection({
      user: "alice",
      password: "x",
      connectString: `127.0.0.1:${port}/shop`,
    }),
  );
}
