/** An address of loopback that never answers. */
import { until } from "./wait.ts";

/** A port that takes no connection and refuses none. */
export interface BlackHole extends Disposable {
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
}

/** How many connections wait to be accepted; Linux takes one more. */
const BACKLOG = 1;

/** A listener that is never accepted from: its queue full, it answers no SYN. */
export async function blackHole(): Promise<BlackHole> {
  const hostname = "127.0.0.1";
  const listener = Deno.listen({ hostname, port: 0, tcpBacklog: BACKLOG });
  const { port } = listener.addr;
  const filling: Deno.Conn[] = [];
  while (filling.length <= BACKLOG) {
    filling.push(await Deno.connect({ hostname, port }));
  }
  // A client is connected before the listener has heard the last of it.
  await until(
    "the queue to be full",
    () => waitingAt(port) > BACKLOG || null,
  );
  return {
    port,
    address: `${hostname}:${port}`,
    [Symbol.dispose]() {
      for (const conn of filling) conn.close();
      listener.close();
    },
  };
}

/** How many connections wait at a listener (proc(5), `rx_queue`). */
function waitingAt(port: number): number {
  const listens = new RegExp(
    `: [0-9A-F]{8}:${
      port.toString(16).toUpperCase().padStart(4, "0")
    } \\S+ 0A [0-9A-F]{8}:([0-9A-F]{8}) `,
  );
  const table = Deno.readTextFileSync("/proc/net/tcp");
  return parseInt(listens.exec(table)?.[1] ?? "0", 16);
}
