/**
 * Peeking: read the first bytes of a connection without taking them from whoever
 * gets the connection afterwards.
 *
 * @module
 */
import { type Deadline, Deadlines } from "./deadlines.ts";
import type { RingBuffer, RingBufferPool } from "./ring_buffer.ts";

/** What can be read: the part of a `Deno.Conn` that peeking needs. */
export interface ByteSource {
  /** Reads into `p`; `null` at the end of the stream. */
  read(p: Uint8Array): Promise<number | null>;
}

/** Why no byte will follow the ones at hand. */
export type PeekEnd = "eof" | "full" | "deadline";

/**
 * What a call of {@linkcode Decide} may go by beside the bytes: why no byte will
 * follow, or that there has been none for the time of silence.
 */
export type PeekMoment = PeekEnd | "silence";

/**
 * Looks at the bytes so far.
 *
 * @param view All bytes so far; empty with `null` only when it looks first.
 * @param moment Why this is the last call; `silence`: the time of silence is over,
 * and bytes or none are there; `null`: more may come.
 * @returns What was decided, or `null` to wait. The last call must decide, but
 * for one that has made room in a full buffer by
 * {@linkcode PeekedSource.consume}.
 */
export type Decide<T> = (
  view: Uint8Array,
  moment: PeekMoment | null,
) => T | null;

/** Options of {@linkcode PeekedSource.peek}. */
export interface PeekOptions {
  /**
   * When to look for a client that has sent nothing, in milliseconds. Default:
   * not before the time is over.
   */
  readonly silentAfterMs?: number;
  /** Whether to look before anything is read. Default: `false`. */
  readonly looksFirst?: boolean;
}

/** How peeking came out. */
export type PeekResult<T> =
  | {
    readonly kind: "decided";
    readonly value: T;
    readonly end: PeekEnd | null;
  }
  /** The connection broke; nobody can have it any more. */
  | { readonly kind: "failed"; readonly error: unknown };

/** A call of {@linkcode PeekedSource.peek} that goes on. */
interface Peek {
  deadline: Deadline;
  decide(view: Uint8Array, moment: PeekMoment | null): unknown;
  resolve(result: PeekResult<unknown>): void;
  reject(error: unknown): void;
}

/**
 * A connection whose first bytes can be looked at and are then read again.
 *
 * A read cannot be taken back from the runtime: when the deadline passes while
 * one is pending, it stays pending, and {@linkcode PeekedSource.nextPeeked}
 * delivers its bytes later. Until it has settled its buffer goes to nobody else.
 */
export class PeekedSource {
  readonly #source: ByteSource;
  readonly #pool: RingBufferPool;
  readonly #deadlines: Deadlines;
  #ring: RingBuffer | null;
  #pending: Promise<number | null> | null = null;
  #peek: Peek | null = null;
  /** Bytes of the ring that {@linkcode nextPeeked} has handed out. */
  #delivered = 0;
  #ended = false;

  /** @param deadlines Where timeouts wait. Default: a wheel of its own. */
  constructor(
    source: ByteSource,
    pool: RingBufferPool,
    deadlines: Deadlines = new Deadlines(),
  ) {
    this.#source = source;
    this.#pool = pool;
    this.#deadlines = deadlines;
    this.#ring = pool.acquire();
  }

  /** Whether the end of the stream was seen. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The bytes peeked at so far. */
  get peeked(): Uint8Array {
    return this.#ring?.peek() ?? new Uint8Array();
  }

  /**
   * Reads until `decide` decides: after each read, and for the last time at the
   * end of the stream, when the buffer is full, or when the time is over.
   *
   * @param timeoutMs Total time for all reads together, in milliseconds.
   */
  peek<T>(
    timeoutMs: number,
    decide: Decide<T>,
    { silentAfterMs = timeoutMs, looksFirst = false }: PeekOptions = {},
  ): Promise<PeekResult<T>> {
    if (this.#ring === null) {
      throw new TypeError("Cannot peek: the source is disposed");
    }
    return new Promise((resolve, reject) => {
      const restMs = timeoutMs - silentAfterMs;
      const deadline = restMs > 0
        ? this.#deadlines.set(silentAfterMs, () => this.#silence(restMs))
        : this.#deadlines.set(timeoutMs, () => this.#attempt("deadline"));
      const tell = resolve as Peek["resolve"];
      this.#peek = { decide, deadline, resolve: tell, reject };
      if (looksFirst) this.#attempt(null);
      else this.#read(this.#ring!);
    });
  }

  /**
   * Takes bytes off the front of those peeked at: they are not read again. Only
   * before {@linkcode PeekedSource.nextPeeked}.
   *
   * @throws {RangeError} When there are not so many.
   */
  consume(count: number): void {
    if (count > 0) this.#ring?.consume(count);
  }

  /**
   * The next bytes that peeking has taken off the connection, `null` when there
   * are none left and the connection itself is to be read on. A chunk is valid
   * until the next call. A promise only when a read is waited for: it rejects
   * with what that read throws.
   */
  nextPeeked(): Uint8Array | null | Promise<Uint8Array | null> {
    const ring = this.#ring;
    if (ring === null) return null;
    ring.consume(this.#delivered);
    this.#delivered = 0;
    if (ring.length > 0 || this.#pending === null) return this.#next(ring);
    return this.#pending.then((count) => {
      this.#settleRead(ring, count);
      return this.#next(ring);
    });
  }

  /** The time of silence is over; a read is pending. */
  #silence(restMs: number): void {
    this.#peek!.deadline = this.#deadlines.set(
      restMs,
      () => this.#attempt("deadline"),
    );
    this.#attempt("silence");
  }

  #attempt(moment: PeekMoment | null): void {
    const ring = this.#ring!;
    try {
      const value = this.#peek!.decide(ring.peek(), moment);
      if (value !== null) {
        const end = moment === "silence" ? "deadline" : moment;
        this.#over().resolve({ kind: "decided", value, end });
      } else if (moment === null || (moment === "full" && ring.free > 0)) {
        this.#read(ring);
      } else if (moment !== "silence") {
        throw new TypeError("The last look must decide");
      }
    } catch (error) {
      this.#over().reject(error);
    }
  }

  #read(ring: RingBuffer): void {
    const pending = this.#pending = this.#source.read(ring.writable());
    pending.then((count) => {
      // It comes too late: nextPeeked() delivers it.
      if (this.#peek === null) return;
      this.#settleRead(ring, count);
      this.#attempt(this.#ended ? "eof" : ring.free === 0 ? "full" : null);
    }, (error) => {
      if (this.#peek === null) return;
      this.#pending = null;
      this.#over().resolve({ kind: "failed", error });
    });
  }

  /** Peeks no more, and holds nothing of it. */
  #over(): Peek {
    const peek = this.#peek!;
    this.#peek = null;
    peek.deadline.cancel();
    return peek;
  }

  #next(ring: RingBuffer): Uint8Array | null {
    if (ring.length === 0) {
      this.dispose();
      return null;
    }
    this.#delivered = ring.length;
    return ring.peek();
  }

  /**
   * Gives the buffer back, at once or when the pending read has settled (which
   * closing the connection brings about). Idempotent.
   */
  dispose(): void {
    const ring = this.#ring;
    if (ring === null) return;
    this.#ring = null;
    const release = () => this.#pool.release(ring);
    if (this.#pending === null) release();
    else this.#pending.then(release, release);
  }

  #settleRead(ring: RingBuffer, count: number | null): void {
    this.#pending = null;
    if (count === null) this.#ended = true;
    else ring.commit(count);
  }
}
