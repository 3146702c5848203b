/**
 * A byte queue of fixed capacity over pooled memory.
 *
 * @module
 */

/**
 * First in, first out; never grows. A full buffer is for its user to decide
 * about, not for the buffer to solve.
 */
export class RingBuffer {
  readonly #memory: Uint8Array<ArrayBuffer>;
  #start = 0;
  #length = 0;
  /** What {@linkcode RingBuffer.peek} has shown; `null`: it is to look anew. */
  #view: Uint8Array<ArrayBuffer> | null = null;

  /** @param memory Where the bytes live; its length is the capacity. */
  constructor(memory: Uint8Array<ArrayBuffer>) {
    this.#memory = memory;
  }

  /** Most bytes that it can hold. */
  get capacity(): number {
    return this.#memory.length;
  }

  /** Bytes that it holds. */
  get length(): number {
    return this.#length;
  }

  /** Bytes for which there is room. */
  get free(): number {
    return this.#memory.length - this.#length;
  }

  /**
   * The longest contiguous room behind the last byte, to read into; empty when
   * the buffer is full. Say {@linkcode RingBuffer.commit} how much was written.
   */
  writable(): Uint8Array<ArrayBuffer> {
    const end = this.#start + this.#length;
    if (end === 0) return this.#memory;
    return end < this.#memory.length
      ? this.#memory.subarray(end)
      : this.#memory.subarray(end - this.#memory.length, this.#start);
  }

  /**
   * Makes bytes that were written into {@linkcode RingBuffer.writable} part of
   * the contents.
   *
   * @throws {RangeError} When there is no room for so many.
   */
  commit(count: number): void {
    if (count < 0 || count > this.free) {
      throw new RangeError(
        `Cannot commit ${count} bytes: ${this.free} bytes are free`,
      );
    }
    this.#length += count;
    this.#view = null;
  }

  /**
   * All contents, in order. Without a copy unless they wrap around the end; the
   * view is valid until the next `consume` or `clear`.
   */
  peek(): Uint8Array<ArrayBuffer> {
    return this.#view ??= this.#look();
  }

  #look(): Uint8Array<ArrayBuffer> {
    const end = this.#start + this.#length;
    const size = this.#memory.length;
    if (end <= size) return this.#memory.subarray(this.#start, end);
    const whole = new Uint8Array(this.#length);
    whole.set(this.#memory.subarray(this.#start));
    whole.set(this.#memory.subarray(0, end - size), size - this.#start);
    return whole;
  }

  /**
   * Drops bytes from the front. Room that {@linkcode RingBuffer.writable} has
   * given out stays where it is.
   *
   * @throws {RangeError} When it does not hold so many.
   */
  consume(count: number): void {
    if (count < 0 || count > this.#length) {
      throw new RangeError(
        `Cannot consume ${count} bytes: the buffer holds ${this.#length}`,
      );
    }
    if (count === 0) return;
    this.#view = null;
    this.#length -= count;
    this.#start = (this.#start + count) % this.#memory.length;
  }

  /** Drops all contents. */
  clear(): void {
    this.#start = 0;
    this.#length = 0;
    this.#view = null;
  }
}

/**
 * Ring buffers of one capacity, kept for the next connection.
 *
 * The memory is not wiped: a buffer shows only what its present user committed.
 */
export class RingBufferPool {
  /** Capacity of each buffer in bytes. */
  readonly capacity: number;
  readonly #maxIdle: number;
  readonly #idle: RingBuffer[] = [];

  /**
   * @param capacity Capacity of each buffer in bytes.
   * @param maxIdle Most buffers kept for later. Default: 256.
   */
  constructor(capacity: number, maxIdle = 256) {
    this.capacity = capacity;
    this.#maxIdle = maxIdle;
  }

  /** Buffers kept for later. */
  get idle(): number {
    return this.#idle.length;
  }

  /** An empty buffer. */
  acquire(): RingBuffer {
    return this.#idle.pop() ?? new RingBuffer(new Uint8Array(this.capacity));
  }

  /**
   * Takes a buffer back. The caller must not use it or its views any more, and
   * nothing (such as a pending read) may still write into it.
   */
  release(buffer: RingBuffer): void {
    buffer.clear();
    if (this.#idle.length < this.#maxIdle) this.#idle.push(buffer);
  }
}
