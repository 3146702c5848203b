/**
 * Memory to read into: small for who waits, large for bulk.
 *
 * @module
 */

/**
 * Sizes in bytes. A read that waits pins its buffer, so the first four are small:
 * an idle connection has two of them. Bulk gets the largest, for which the system
 * calls per byte no longer matter.
 */
export const READ_SIZES = [
  128,
  256,
  512,
  1_024,
  16 * 1_024,
  64 * 1_024,
  512 * 1_024,
] as const;
/** The largest level for a read that waits, and that for what is left then. */
const SMALL = 3;
const BURST = 4;
const LARGEST = READ_SIZES.length - 1;

/** Small buffers are cut from slabs, which costs less than one of their own. */
const SLAB_BYTES = 64 * 1_024;
/** Free buffers kept of each size. */
const MOST_FREE = [4_096, 4_096, 4_096, 4_096, 64, 16, 8] as const;
/**
 * Buffers in use of each size: 32 MiB of either large one. Who writes to a slow
 * client holds its buffer all the while, and there may be thousands of them.
 */
export const MOST_USED = [
  ...[Infinity, Infinity, Infinity, Infinity, Infinity],
  ...[512, 64],
] as const;

/** Buffers of the {@linkcode READ_SIZES}. Not wiped. */
export class ReadBuffers {
  readonly #free: Uint8Array<ArrayBuffer>[][] = READ_SIZES.map(() => []);
  readonly #used: number[] = READ_SIZES.map(() => 0);

  /**
   * A buffer, of a smaller size when there are no more of the one wanted.
   *
   * @param level Index into {@linkcode READ_SIZES}.
   */
  acquire(level: number): Uint8Array<ArrayBuffer> {
    let given = level;
    while (this.#used[given]! >= MOST_USED[given]!) given--;
    this.#used[given]!++;
    return this.#free[given]!.pop() ?? this.#made(given);
  }

  /** Takes a buffer back; nothing may still read into it. */
  release(buffer: Uint8Array<ArrayBuffer>): void {
    const level = levelOf(buffer);
    this.#used[level]!--;
    const free = this.#free[level]!;
    if (free.length < MOST_FREE[level]!) free.push(buffer);
  }

  #made(level: number): Uint8Array<ArrayBuffer> {
    const size = READ_SIZES[level]!;
    if (size * 2 > SLAB_BYTES) return new Uint8Array(size);
    const slab = new Uint8Array(SLAB_BYTES);
    for (let at = size; at < SLAB_BYTES; at += size) {
      this.#free[level]!.push(slab.subarray(at, at + size));
    }
    return slab.subarray(0, size);
  }
}

function levelOf({ length }: Uint8Array): number {
  return (READ_SIZES as readonly number[]).indexOf(length);
}

/** The buffer of one direction, which follows what its reads bring. */
export class AdaptiveBuffer {
  readonly #buffers: ReadBuffers;
  #level = 0;
  #next = SMALL;
  /** The level that the most that came at once would not have filled. */
  #enough = 0;
  /** What has come of a burst, in bytes. */
  #come = 0;
  /** The level that the last burst came to. */
  #burst = 0;
  #buffer: Uint8Array<ArrayBuffer> | null = null;
  #chunk: Uint8Array<ArrayBuffer> | null = null;

  constructor(buffers: ReadBuffers) {
    this.#buffers = buffers;
  }

  /** Where the next read goes. What the one before brought is gone then. */
  target(): Uint8Array<ArrayBuffer> {
    if (this.#buffer !== null && this.#next === this.#level) {
      return this.#buffer;
    }
    this.release();
    this.#buffer = this.#chunk = this.#buffers.acquire(this.#next);
    this.#level = levelOf(this.#buffer);
    return this.#buffer;
  }

  /**
   * What a read brought.
   *
   * A read that filled its buffer is followed by a larger one. One that did not
   * has emptied the socket, and the next will wait for nobody knows how long,
   * so it gets a small buffer: a read cannot be given another one while it
   * waits. When that is filled at once, the burst goes on where it was.
   */
  taken(count: number): Uint8Array<ArrayBuffer> {
    this.#come += count;
    if (count === this.#buffer!.length) {
      const more = Math.max(this.#level + 1, this.#burst, BURST);
      this.#next = Math.min(more, LARGEST);
    } else {
      this.expect(this.#come);
      this.#burst = this.#level;
      this.#come = 0;
    }
    // Messages of one size in a row share a view.
    if (this.#chunk!.length !== count) {
      this.#chunk = this.#buffer!.subarray(0, count);
    }
    return this.#chunk!;
  }

  /**
   * The next read waits, for more like so many bytes that came at once: it gets
   * the smallest buffer that the most of that so far would not have filled.
   */
  expect(count: number): void {
    while (this.#enough < SMALL && count >= READ_SIZES[this.#enough]!) {
      this.#enough++;
    }
    this.#next = this.#enough;
  }

  /** Gives the buffer back; nothing may still read into it. Idempotent. */
  release(): void {
    if (this.#buffer === null) return;
    this.#buffers.release(this.#buffer);
    this.#buffer = null;
  }
}
