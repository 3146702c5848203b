/** A path of datagrams that loses and reorders them, and whose NAT forgets. */

/** What a path does. */
export interface UdpPathOptions {
  /** Port of 127.0.0.1 that it leads to. */
  readonly to: number;
  /** How many of 100 datagrams are lost, each way. Default: none. */
  readonly lossPercent?: number;
  /** How many of 100 are overtaken by those behind them. Default: none. */
  readonly latePercent?: number;
  /** Where its random numbers begin. */
  readonly seed?: number;
}

/** How long a datagram that is overtaken is late, in milliseconds. */
const LATE_MS = 15;

/** A path. */
export interface UdpPath extends AsyncDisposable {
  /** The port that clients send to. */
  readonly port: number;
  /** Datagrams that it has lost. */
  readonly lost: number;
  /** Gives all clients other ports towards the server, as a NAT may. */
  rebind(): void;
}

/** Opens a path. */
export function udpPath(options: UdpPathOptions): UdpPath {
  const { to, lossPercent = 0, latePercent = 0 } = options;
  const random = randomOf(options.seed ?? 1);
  const outer = bind();
  const server = { transport: "udp", hostname: "127.0.0.1", port: to } as const;
  const inner = new Map<string, Deno.DatagramConn>();
  const running = new Set<Promise<void>>();
  let lost = 0;
  let isClosed = false;
  const send = async (
    socket: Deno.DatagramConn,
    datagram: Uint8Array,
    address: Deno.Addr,
  ) => {
    if (random() * 100 < lossPercent) return void lost++;
    const copy = datagram.slice();
    if (random() * 100 < latePercent) {
      setTimeout(() => {
        if (!isClosed) socket.send(copy, address).catch(() => {});
      }, LATE_MS);
    } else await socket.send(copy, address).catch(() => {});
  };
  const run = (work: () => Promise<void>) => {
    const done = work().catch(() => {}).finally(() => running.delete(done));
    running.add(done);
  };
  const opened = (client: Deno.NetAddr) => {
    const socket = bind();
    run(async () => {
      for await (const [datagram] of socket) {
        await send(outer, datagram, client);
      }
    });
    return socket;
  };
  run(async () => {
    for await (const [datagram, from] of outer) {
      const client = from as Deno.NetAddr;
      const key = `${client.hostname} ${client.port}`;
      const socket = inner.get(key) ?? opened(client);
      inner.set(key, socket);
      await send(socket, datagram, server);
    }
  });
  const closeInner = () => {
    for (const socket of inner.values()) socket.close();
    inner.clear();
  };
  return {
    port: (outer.addr as Deno.NetAddr).port,
    get lost() {
      return lost;
    },
    rebind: closeInner,
    async [Symbol.asyncDispose]() {
      isClosed = true;
      outer.close();
      closeInner();
      await Promise.all(running);
    },
  };
}

function bind(): Deno.DatagramConn {
  return Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });
}

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
