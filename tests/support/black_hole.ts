/** An address of loopback that never answers. */
import { dial } from "../../src/net/dial.ts";

/** A port that takes no connection and refuses none. */
export interface BlackHole extends Disposable {
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
}

/** A listener that is never accepted from: its queue full, it answers no SYN. */
export async function blackHole(): Promise<BlackHole> {
  const hostname = "127.0.0.1";
  const listener = Deno.listen({ hostname, port: 0, tcpBacklog: 1 });
  const { port } = listener.addr;
  const filling: Deno.Conn[] = [];
  for (;;) {
    const controller = new AbortController();
    try {
      filling.push(
        await dial({ hostname, port }, { timeoutMs: 100, controller }),
      );
    } catch {
      break;
    }
  }
  return {
    port,
    address: `${hostname}:${port}`,
    [Symbol.dispose]() {
      for (const conn of filling) conn.close();
      listener.close();
    },
  };
}
