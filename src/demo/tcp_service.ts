/**
 * A TCP server on a loopback port for the demo: a manual accept loop that knows
 * its live connections, so that closing it releases everything.
 *
 * @module
 */

import { delay } from "@std/async/delay";

/** Pause after a failed accept (out of descriptors, for instance). */
const ACCEPT_RETRY_MS = 50;

/**
 * Talks to one client until the conversation is over. It may throw when the
 * connection breaks, and it never closes the connection: its caller does.
 */
export type Conversation = (conn: Deno.TcpConn) => Promise<void>;

/** A running service of the demo. */
export interface DemoService {
  /** Where it listens: `127.0.0.1:port`. */
  readonly address: string;
  /** Stops listening, drops the clients and waits until all is released. */
  close(): Promise<void>;
}

/**
 * Listens on a free port of 127.0.0.1 and starts a conversation with each
 * client.
 *
 * @param converse What to do with a client.
 * @returns The service, already listening.
 */
export function startTcpService(converse: Conversation): DemoService {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const live = new Map<Deno.TcpConn, Promise<void>>();
  const stop = new AbortController();
  const accepting = acceptAll(listener, stop.signal, (conn) => {
    live.set(conn, finish(conn, converse).finally(() => live.delete(conn)));
  });
  return {
    address: `127.0.0.1:${listener.addr.port}`,
    async close(): Promise<void> {
      stop.abort();
      closeQuietly(listener);
      await accepting;
      const ending = [...live.values()];
      for (const conn of live.keys()) closeQuietly(conn);
      await Promise.all(ending);
    },
  };
}

/** Accepts until stopped; a failed accept is tried again after a pause. */
async function acceptAll(
  listener: Deno.TcpListener,
  stop: AbortSignal,
  onConn: (conn: Deno.TcpConn) => void,
): Promise<void> {
  while (!stop.aborted) {
    try {
      onConn(await listener.accept());
    } catch {
      await delay(ACCEPT_RETRY_MS, { signal: stop }).catch(() => {});
    }
  }
}

/** Runs one conversation to its end and closes the connection. */
async function finish(
  conn: Deno.TcpConn,
  converse: Conversation,
): Promise<void> {
  try {
    await converse(conn);
  } catch {
    // A client that resets ends its own conversation only, and a demo service
    // has nobody to tell.
  } finally {
    closeQuietly(conn);
  }
}

/** Closes what may have been closed already. */
function closeQuietly(resource: Deno.TcpConn | Deno.TcpListener): void {
  try {
    resource.close();
  } catch {
    // Closed before: that is what was wanted.
  }
}
