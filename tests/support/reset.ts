/** Ends of connections that break them: `Deno.TcpConn` cannot send a reset. */
import { connect, createServer, type Socket } from "node:net";
import type { Service } from "./services.ts";

/**
 * Connects, sends some bytes, and breaks the connection.
 *
 * @param when Breaks it then; left out: at once.
 */
export async function connectAndReset(
  port: number,
  bytes: Uint8Array,
  when?: Promise<void>,
): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port });
  const closed = new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("close", () => resolve());
  });
  await Promise.race([
    closed,
    new Promise<void>((resolve) => socket.once("connect", () => resolve())),
  ]);
  if (bytes.length > 0) {
    await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  }
  if (when !== undefined) await when;
  socket.resetAndDestroy();
  await closed;
}

/** A service that answers the first bytes of a client, then breaks off. */
export async function resettingService(answer: Uint8Array): Promise<Service> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(answer);
      // What the client sends next shows that it has got the answer.
      socket.once("data", () => socket.resetAndDestroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
