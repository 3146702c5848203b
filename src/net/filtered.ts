/**
 * Bytes of a client without what the target must not get.
 *
 * @module
 */
import type { PeekedBytes } from "./opening.ts";
import type { ByteSource, PeekedSource } from "./peek.ts";

/** What is read at once while there is something to look for, in bytes. */
const READ_BYTES = 16_384;

/** Removes something from a client's bytes; `ReplyFilter` of `detect/`. */
export interface ByteFilter {
  /** Whether all that follows goes to the target as it is. */
  readonly done: boolean;
  /** Takes the client's next bytes; gives what the target gets. */
  push(chunk: Uint8Array): Uint8Array;
  /** The client has ended its side; gives what was held back. */
  end(): Uint8Array;
}

/**
 * The peeked bytes of a client through a filter, and those behind them until the
 * filter is done: the rest is then read from the client by who forwards it.
 */
export function filtered(
  peeked: PeekedSource,
  client: ByteSource,
  filter: ByteFilter,
): PeekedBytes {
  let ended = false;
  let buffer: Uint8Array | null = null;
  const next = async (): Promise<Uint8Array | null> => {
    const chunk = await peeked.nextPeeked();
    if (chunk !== null || peeked.ended || filter.done) return chunk;
    buffer ??= new Uint8Array(READ_BYTES);
    const count = await client.read(buffer);
    if (count !== null) return buffer.subarray(0, count);
    ended = true;
    return null;
  };
  return {
    get ended() {
      return ended || peeked.ended;
    },
    get peeked() {
      return peeked.peeked;
    },
    async nextPeeked() {
      for (;;) {
        const chunk = ended ? null : await next();
        const passed = chunk === null
          ? filter.end()
          : filter.done
          ? chunk
          : filter.push(chunk);
        if (passed.length > 0) return passed;
        if (chunk === null) return null;
      }
    },
    dispose: () => peeked.dispose(),
  };
}
