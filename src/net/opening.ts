/**
 * Bytes of our own in front of the client's.
 *
 * @module
 */
import type { Peeked } from "./pipe.ts";

/** Peeked bytes of which it is known whether there are any. */
export interface PeekedBytes extends Peeked {
  /** Those that are at hand. */
  readonly peeked: Uint8Array;
}

/**
 * The peeked bytes of a client with others before them. What was peeked already
 * goes with those in one chunk, so that one write can take both; when nothing
 * was, they do not wait for the client.
 *
 * @param opening Empty: nothing comes before the client's bytes.
 */
export function withOpening(
  opening: Uint8Array,
  source: PeekedBytes,
): Peeked {
  if (opening.length === 0) return source;
  let before: Uint8Array | null = opening;
  return {
    get ended() {
      return source.ended;
    },
    async nextPeeked() {
      if (before === null) return await source.nextPeeked();
      const first = before;
      before = null;
      if (source.peeked.length === 0) return first;
      const peeked = await source.nextPeeked() ?? new Uint8Array();
      const both = new Uint8Array(first.length + peeked.length);
      both.set(first);
      both.set(peeked, first.length);
      return both;
    },
    dispose: () => source.dispose(),
  };
}
