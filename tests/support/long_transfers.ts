/** Connections that last, with bytes both ways, each of them checked. */
import { assert, assertEquals } from "@std/assert";
import { connectLocal } from "./dialogue.ts";
import { type Service, service } from "./services.ts";
import { bytesOf, noise, readAll, readExactly, writeAll } from "./tcp.ts";
import { within } from "./wait.ts";

/** Bytes that go there and back at a time. */
const BLOCK_BYTES = 128 * 1024;

/** What a client says first, so that it is known as SSH. */
const OPENING = "SSH-2.0-long\r\n";

/** What a transfer came to. */
export interface Transferred {
  /** Bytes that came back. */
  readonly bytes: number;
}

/** Sends back all that it gets, as it comes. */
export function mirror(): Service {
  return service(async (conn) => {
    const buffer = new Uint8Array(64 * 1024);
    for (
      let n = await conn.read(buffer);
      n !== null;
      n = await conn.read(buffer)
    ) await writeAll(conn, buffer.slice(0, n));
  });
}

/**
 * Sends blocks to a {@linkcode mirror} and gets them back until there is no next
 * one; then ends its side and expects the end.
 *
 * @param next Resolves when it is time for one more block: `false` for the end.
 * @throws {Error} When a byte is lost, changed or too many.
 */
export async function transfer(
  port: number,
  next: () => Promise<boolean>,
): Promise<Transferred> {
  const conn = await connectLocal(port);
  try {
    let bytes = 0;
    const exchange = async (block: Uint8Array) => {
      const [got] = await within(
        "a block of a long transfer",
        Promise.all([readExactly(conn, block.length), writeAll(conn, block)]),
      );
      // Much faster than deepEqual, which is for people.
      const same = got.length === block.length &&
        got.every((byte, i) => byte === block[i]);
      assert(same, `block at ${bytes}: ${got.length} bytes came back`);
      bytes += block.length;
    };
    await exchange(bytesOf(OPENING));
    while (await next()) await exchange(noise(BLOCK_BYTES, bytes));
    await conn.closeWrite();
    assertEquals((await readAll(conn)).length, 0, "bytes behind the last");
    return { bytes };
  } finally {
    conn.close();
  }
}
