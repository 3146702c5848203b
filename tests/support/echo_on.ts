/** An echo service on an address of the test's choice. */
import { closeListener } from "./close_listener.ts";
import type { Service } from "./services.ts";
import { bytesOf, readAll, writeAll } from "./tcp.ts";

/**
 * Says its name and a colon, then all that it got, once the client has ended its
 * side: `namedEcho` on another address than 127.0.0.1, or on a port that was
 * chosen before.
 */
export function echoOn(
  hostname: string,
  name: string,
  wantedPort = 0,
): Service {
  const listener = Deno.listen({ hostname, port: wantedPort });
  const { port } = listener.addr;
  const serve = async (conn: Deno.TcpConn) => {
    try {
      const got = await readAll(conn);
      await writeAll(conn, bytesOf(`${name}:`));
      await writeAll(conn, got);
    } catch {
      // The other end broke it off.
    }
    conn.close();
  };
  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) serving.push(serve(conn));
  })();
  return {
    port,
    address: hostname.includes(":")
      ? `[${hostname}]:${port}`
      : `${hostname}:${port}`,
    async [Symbol.asyncDispose]() {
      await closeListener(listener);
      await accepting;
      await Promise.all(serving);
    },
  };
}
