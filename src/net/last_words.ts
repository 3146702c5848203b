/**
 * The last bytes that a client gets from passthru itself.
 *
 * @module
 */
import { closeQuietly } from "./close_quietly.ts";
import type { PeekedSource } from "./peek.ts";
import { LINGER_MS, readAway } from "./read_away.ts";

/**
 * Sends some bytes, ends the write direction, and closes the connection once the
 * client has ended its side too, at the latest after a second. Never rejects.
 *
 * @param peeked What was peeked at, which is thrown away.
 */
export async function sayAndClose(
  client: Deno.Conn,
  bytes: Uint8Array,
  peeked: PeekedSource,
): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) {
      at += await client.write(bytes.subarray(at));
    }
    await client.closeWrite();
    await readAway(client, {
      peeked,
      limitMs: LINGER_MS,
      since: "start",
      onTimeout: () => closeQuietly(client),
    });
  } catch {
    // The client is gone already.
  } finally {
    closeQuietly(client);
  }
}
