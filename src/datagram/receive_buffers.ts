/**
 * Buffers to receive datagrams in.
 *
 * Whoever waits for a datagram holds a buffer for the largest that there is: one
 * that is too small cuts a datagram and nobody hears of it. Most datagrams are
 * small. So the buffers are parts of large pieces of memory, of which the kernel
 * gives only the pages that were written to.
 *
 * @module
 */

/** More than the most bytes that a datagram can have. */
const BUFFER_BYTES: number = 64 * 1024;
/** Buffers of one piece of memory: 8 MiB, which the allocator maps by itself. */
const BUFFERS_PER_SLAB = 128;

/** Lends buffers. */
export class ReceiveBuffers {
  readonly #free: Uint8Array[] = [];

  /** Lends a buffer. */
  take(): Uint8Array {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const slab = new ArrayBuffer(BUFFERS_PER_SLAB * BUFFER_BYTES);
    for (let at = BUFFERS_PER_SLAB - 1; at >= 0; at--) {
      this.#free.push(new Uint8Array(slab, at * BUFFER_BYTES, BUFFER_BYTES));
    }
    return this.#free.pop()!;
  }

  /** Takes a buffer back, which nothing is received into any more. */
  give(buffer: Uint8Array): void {
    this.#free.push(buffer);
  }
}
