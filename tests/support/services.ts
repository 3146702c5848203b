/** Small TCP services for tests to forward to. */
import { closeListener } from "./close_listener.ts";
import { bytesOf, readAll, writeAll } from "./tcp.ts";

/** A service on a loopback port. */
export interface Service extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
}

/** Where a service listens. */
export interface ServicePlace {
  /** Default: 127.0.0.1. */
  readonly hostname?: string;
  /** Default: one that the system chooses. */
  readonly port?: number;
}

/** Serves each connection with `handle`, which need not close it. */
export function service(
  handle: (conn: Deno.TcpConn) => Promise<void>,
  { hostname = "127.0.0.1", port: wanted = 0 }: ServicePlace = {},
): Service {
  const listener = Deno.listen({ hostname, port: wanted });
  const { port } = listener.addr;
  const open = new Map<Deno.TcpConn, Promise<void>>();
  const serve = async (conn: Deno.TcpConn) => {
    try {
      await handle(conn);
    } catch {
      // The other end broke it off, or the test is over.
    }
    open.delete(conn);
    try {
      conn.close();
    } catch {
      // The test is over.
    }
  };
  const accepting = (async () => {
    for (;;) {
      try {
        const conn = await listener.accept();
        open.set(conn, serve(conn));
      } catch {
        return;
      }
    }
  })();
  return {
    port,
    address: hostname.includes(":")
      ? `[${hostname}]:${port}`
      : `${hostname}:${port}`,
    async [Symbol.asyncDispose]() {
      await closeListener(listener);
      await accepting;
      const serving = [...open.values()];
      for (const conn of open.keys()) {
        try {
          conn.close();
        } catch {
          // It has ended by itself.
        }
      }
      await Promise.all(serving);
    },
  };
}

/**
 * Says its name and a colon, then all that it got, once the client has ended its
 * side.
 */
export function namedEcho(name: string, place: ServicePlace = {}): Service {
  return service(async (conn) => {
    const got = await readAll(conn);
    await writeAll(conn, bytesOf(`${name}:`));
    await writeAll(conn, got);
  }, place);
}
