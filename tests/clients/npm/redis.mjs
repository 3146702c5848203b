import { createClient } from "redis";

export { redis as serve } from "./redis_stub.mjs";

export async function call(port) {
  const client = createClient({ socket: { host: "127.0.0.1", port } });
  client.on("error", () => {});
  await client.connect();
  return await client.sendCommand(["ECHO", "x"]);
}
