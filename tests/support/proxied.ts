/** Clients whose connections start with PROXY headers, and servers for them. */
import { delay } from "@std/async/delay";
import {
  forwardTo,
  oneServer,
  serveConfig,
  type TestServer,
} from "./passthru.ts";
import { bytesOf, readAll, textOf, writeAll } from "./tcp.ts";

/** A header that names the client 192.0.2.1:40000. */
export const V1 = bytesOf("PROXY TCP4 192.0.2.1 198.51.100.2 40000 443\r\n");
/** A request. */
export const GET = bytesOf("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
/** The blocks that the tests are in. */
export const FROM_US = { from: ["127.0.0.0/8"] };
/** Blocks that they are not in. */
export const FROM_OTHERS = { from: ["192.0.2.0/24"] };

/** Sends pieces, ends the write side, and reads the answer; "" when refused. */
export async function askInPieces(
  port: number,
  pieces: readonly Uint8Array[],
): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  try {
    for (const piece of pieces) {
      await writeAll(conn, piece);
      if (pieces.length > 1) await delay(0);
    }
    await conn.closeWrite();
    return textOf(await readAll(conn));
  } catch (error) {
    // A refusal over unread bytes is a reset.
    if (error instanceof Deno.errors.ConnectionReset) return "";
    if (error instanceof Deno.errors.BrokenPipe) return "";
    throw error;
  } finally {
    conn.close();
  }
}

/** A server of HTTP with `accept_proxy` and more options. */
export function proxiedServer(
  target: { readonly address: string },
  acceptProxy: object,
  more: object = {},
): TestServer {
  return serveConfig(oneServer({
    options: { accept_proxy: acceptProxy, ...more },
    HTTP: forwardTo(target.address),
  }));
}
