/**
 * Bytes that come in chunks, read as if they lay behind one another.
 *
 * @module
 */

const FIRST_CAPACITY = 128 * 1024;

/** First in, first out; grows as needed. */
export class ByteQueue {
  #memory = new Uint8Array(FIRST_CAPACITY);
  #start = 0;
  #end = 0;
  #consumed = 0;

  /** Bytes that it holds. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Bytes taken out of it so far: the place of its first byte in the input. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Appends a copy of the bytes. */
  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#memory.length) {
      this.#makeRoom(chunk.length);
    }
    this.#memory.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * The next bytes, without a copy: valid until the next `push`.
   *
   * @returns `null` when there are fewer.
   */
  peek(count: number): Uint8Array | null {
    return count > this.length
      ? null
      : this.#memory.subarray(this.#start, this.#start + count);
  }

  /** Drops bytes from the front; there must be as many. */
  skip(count: number): void {
    if (count > this.length) throw new RangeError("Cannot skip past the end");
    this.#start += count;
    this.#consumed += count;
  }

  #makeRoom(count: number): void {
    const old = this.#memory;
    const needed = this.length + count;
    if (needed > old.length / 2) {
      this.#memory = new Uint8Array(2 * Math.max(needed, FIRST_CAPACITY));
    }
    this.#memory.set(old.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
  }
}
