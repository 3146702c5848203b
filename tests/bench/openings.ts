/** The openings that clients send. */
import { concat, readExactly } from "../support/tcp.ts";
import { PATIENCE_MS, within } from "../support/wait.ts";
import type { Processes } from "./processes.ts";

/** The server that TLS clients name. */
export const TLS_HOST = "bench.test";

/** The last words of an answer in HTTP, by which a client knows its end. */
export const HTTP_ENDING = "the end\n";

/** A request that keeps its connection. */
export const HTTP_REQUEST = `GET / HTTP/1.1\r\nHost: ${TLS_HOST}\r\n\r\n`;

/** Records what `openssl s_client` says first. */
export async function recordHello(
  processes: Processes,
  host = TLS_HOST,
): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const client = processes.run([
    "openssl",
    "s_client",
    ...["-connect", `127.0.0.1:${listener.addr.port}`, "-servername", host],
  ]).catch(() => {}); // It fails: nobody answers it.
  using conn = await within("openssl", listener.accept(), PATIENCE_MS);
  const hello = await readRecord(conn);
  await conn.closeWrite();
  await client;
  return hello;
}

/** Reads one TLS record: a header of 5 bytes ends in its length (RFC 9846, 5.1). */
async function readRecord(conn: Deno.Conn): Promise<Uint8Array> {
  const header = await readExactly(conn, 5);
  const length = new DataView(header.buffer).getUint16(3);
  return concat([header, await readExactly(conn, length)]);
}

/** Names for rules beside {@linkcode TLS_HOST}, none of which a client asks for. */
export function benchHosts(count: number): string[] {
  return Array.from({ length: count }, (_, nth) => `host-${nth}.bench.test`);
}
