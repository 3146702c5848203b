/** PostgreSQL as it is on the wire: openings of clients, and servers for them. */
import { helloRecord } from "./client_hello.ts";
import { type Service, service } from "./services.ts";
import { bytesOf, readAll, readExactly, textOf, writeAll } from "./tcp.ts";
import { be, hex, wire } from "./wire.ts";

/** The request for TLS. */
export const SSL_REQUEST: Uint8Array = hex("00000008 04d2162f");
/** The request for GSSAPI encryption. */
export const GSSENC_REQUEST: Uint8Array = hex("00000008 04d21630");
/** A request to cancel, with its process and key. */
export const CANCEL_REQUEST: Uint8Array = hex(
  "00000010 04d2162e 00000001 09090909",
);

/** A startup message with such pairs, `user\0al\0`. */
export function startup(pairs: string): Uint8Array {
  return wire(be(9 + pairs.length, 4), hex("00030000"), pairs, 0);
}

/** A ClientHello for a server name, as PostgreSQL 17 sends it. */
export function helloFor(sni: string | null): Uint8Array {
  return helloRecord({ sni, alpn: ["postgresql"] });
}

/** A server that takes TLS, and what came to it. */
export interface FakePostgres extends Service {
  /** What each connection has sent, but for the requests. */
  readonly got: readonly Uint8Array[];
  /** The requests, one a connection: what came before its answer. */
  readonly requests: readonly Uint8Array[];
}

/**
 * Answers `S` to what comes first, as one must that has seen no more, then says
 * its name and reads to the end.
 */
export function fakePostgres(name: string): FakePostgres {
  const got: Uint8Array[] = [];
  const requests: Uint8Array[] = [];
  const serving = service(async (conn) => {
    const first = new Uint8Array(1024);
    const count = await conn.read(first) ?? 0;
    requests.push(first.slice(0, count));
    await writeAll(conn, bytesOf(`S${name}`));
    got.push(await readAll(conn));
  });
  return {
    got,
    requests,
    port: serving.port,
    address: serving.address,
    [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
  };
}

/** A client of passthru, which the test lets speak. */
export class TestClient implements Disposable {
  readonly #conn: Deno.TcpConn;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects to a port of 127.0.0.1. */
  static async connect(port: number): Promise<TestClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    return new TestClient(conn);
  }

  /** Sends such bytes, together. */
  send(...parts: readonly Uint8Array[]): Promise<void> {
    return writeAll(this.#conn, wire(...parts));
  }

  /** So many bytes that it hears, fewer at the end. */
  async hear(count: number): Promise<string> {
    return textOf(await readExactly(this.#conn, count));
  }

  /** Ends its side, if it may, and hears all to the end. */
  async end(): Promise<string> {
    await this.#conn.closeWrite().catch(() => {});
    return await this.rest();
  }

  /** All that it hears to the end; a refusal over unread bytes is a reset. */
  async rest(): Promise<string> {
    try {
      return textOf(await readAll(this.#conn));
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return "";
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}
