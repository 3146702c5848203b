import { connect } from "nats";
import { SAID, stub } from "./stub.mjs";

export function serve() {
  const info = {
    server_id: "X",
    server_name: SAID,
    version: "2.10.0",
    proto: 1,
    headers: true,
    max_payload: 1048576,
  };
  return stub(
    (bytes) => bytes.includes("PING") ? "PONG\r\n" : null,
    `INFO ${JSON.stringify(info)}\r\n`,
  );
}

export async function call(port) {
  const connection = await connect({ servers: `127.0.0.1:${port}` });
  const { server_name: name } = connection.info;
  await connection.flush();
  return name;
}
