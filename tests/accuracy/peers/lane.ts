/** Connections through a running peer, one after another. */
import { delay } from "@std/async/delay";
import { type Answer, type Destinations, NOTHING } from "./destinations.ts";

/** Between two segments, so that a peer reads them one by one. */
const PAUSE_MS = 3;
/** How long an arrival is waited for after the peer has closed. */
const AFTER_END_MS = 50;

/**
 * A port on which a peer reaches all destinations. It is bound to all addresses,
 * since 127.0.0.0/8 cannot be bound as a whole; what does not come from there
 * is closed.
 */
export class Lane implements Disposable {
  readonly #listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  readonly #destinations: Destinations;
  #arrived: ((conn: Deno.TcpConn, address: string) => void) | null = null;

  readonly #patienceMs: number;

  /** @param patienceMs How long an answer is waited for, in milliseconds. */
  constructor(destinations: Destinations, patienceMs: number) {
    this.#destinations = destinations;
    this.#patienceMs = patienceMs;
    this.#accept();
  }

  /** The port of all destinations. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Sends segments to a peer, and says what it made of them. */
  async ask(port: number, segments: readonly Uint8Array[]): Promise<Answer> {
    const client = await Deno.connect({ hostname: "127.0.0.1", port });
    client.setNoDelay();
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const wanted = segments[0] ?? new Uint8Array();
    this.#arrived = (conn, address) =>
      this.#check(conn, wanted).then((ours) => {
        if (ours) resolve(this.#destinations.answer(address));
      });
    let timer = setTimeout(() => resolve(NOTHING), this.#patienceMs);
    let answered = false;
    const over = send(client, segments).then(() => end(client)).then(() => {
      if (answered) return;
      // What the peer closes may have reached a target just before.
      clearTimeout(timer);
      timer = setTimeout(() => resolve(NOTHING), AFTER_END_MS);
    });
    try {
      return await promise;
    } finally {
      answered = true;
      clearTimeout(timer);
      this.#arrived = null;
      client.close();
      await over;
    }
  }

  /** Whether a connection brings the first bytes that were sent just now. */
  async #check(conn: Deno.TcpConn, wanted: Uint8Array): Promise<boolean> {
    using _ = conn;
    const read = new Uint8Array(Math.min(wanted.length, 1024));
    for (let at = 0; at < read.length;) {
      const count = await conn.read(read.subarray(at)).catch(() => null);
      if (count === null) return false;
      at += count;
    }
    return read.every((byte, index) => byte === wanted[index]);
  }

  async #accept(): Promise<void> {
    for await (const conn of this.#listener) {
      const { hostname } = conn.remoteAddr;
      if (this.#arrived === null || !hostname.startsWith("127.")) conn.close();
      else this.#arrived(conn, conn.localAddr.hostname);
    }
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }
}

async function send(
  client: Deno.TcpConn,
  segments: readonly Uint8Array[],
): Promise<void> {
  for (const [index, segment] of segments.entries()) {
    if (index > 0) await delay(PAUSE_MS);
    for (let at = 0; at < segment.length;) {
      const count = await client.write(segment.subarray(at)).catch(() => null);
      if (count === null) return;
      at += count;
    }
  }
}

/** Resolves when the peer closes, or this side does. */
async function end(client: Deno.TcpConn): Promise<void> {
  const bytes = new Uint8Array(4096);
  while (await client.read(bytes).catch(() => null) !== null);
}
