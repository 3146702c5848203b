/**
 * Bytes from a source to a sink.
 *
 * @module
 */
import type { ByteSource } from "./peek.ts";
import { AdaptiveBuffer, type ReadBuffers } from "./read_buffers.ts";

/** The part of a `Deno.Conn` that can be written to. */
export interface ByteSink {
  /** Writes from `p` and says how many bytes it took. */
  write(p: Uint8Array): Promise<number>;
  /** Ends the write direction (FIN), leaving the read direction open. */
  closeWrite(): Promise<void>;
}

/** Bytes that were read off a connection before it became a stream. */
export interface Peeked {
  /**
   * The next such bytes, `null` when there are none left; a promise only when
   * they must be waited for.
   */
  nextPeeked(): Uint8Array | null | Promise<Uint8Array | null>;
  /** Whether the end of the stream followed them. */
  readonly ended: boolean;
  /** Lets go of those that are left. Idempotent. */
  dispose(): void;
}

/** Which operation of a pipe failed. */
export class StreamFault extends Error {
  override readonly name = "StreamFault";
  /** `read`: the source broke; `write`: the destination does not take bytes. */
  readonly operation: "read" | "write";
  /** The source or the sink: the end that broke. */
  readonly end: ByteSource | ByteSink;

  constructor(
    operation: "read" | "write",
    { end, cause }: { end: ByteSource | ByteSink; cause: unknown },
  ) {
    super(`Cannot ${operation}`, { cause });
    this.operation = operation;
    this.end = end;
  }
}

/** Where bytes come from. */
export interface PipeSource {
  readonly source: ByteSource;
  /** Where the buffers to read into come from. */
  readonly buffers: ReadBuffers;
  /** Bytes to deliver before the first read; a pipe lets go of what it has. */
  peeked?: Peeked | undefined;
}

/** Where bytes go. */
export interface PipeSink {
  readonly sink: ByteSink;
  /** Set while a write is waited for, and after one that failed. */
  isWriting: boolean;
  /** Hears how many bytes each write took. */
  onWritten(count: number): void;
  /**
   * Hears that the source has ended and all of it is written.
   *
   * @returns Whether the sink's write direction is to be ended; not when the
   * whole connection will be closed at once.
   */
  onEnded(): boolean;
  /**
   * Hears once that nothing is piped any more. Must not throw.
   *
   * @param fault What broke; `null`: all is passed on.
   */
  onDone(fault: StreamFault | null): void;
}

/**
 * Pipes until the end of the source, then ends the sink's write direction.
 * Never closes a connection.
 */
export function pipe(from: PipeSource, to: PipeSink): void {
  new Pipe(from, to).next();
}

/**
 * A pipe, which goes from one read or write to the next by callbacks. An `async`
 * function would hold its frame and two promises as long as the connection lives:
 * a quarter of a KiB for each direction of an idle one.
 */
class Pipe {
  readonly #from: PipeSource;
  readonly #to: PipeSink;
  readonly #buffer: AdaptiveBuffer;

  constructor(from: PipeSource, to: PipeSink) {
    this.#from = from;
    this.#to = to;
    this.#buffer = new AdaptiveBuffer(from.buffers);
  }

  /** Passes on what comes next. */
  next(): void {
    const { peeked, source } = this.#from;
    if (peeked !== undefined) return this.#nextPeeked(peeked);
    source.read(this.#buffer.target()).then(
      (count) => {
        if (count === null) this.#end();
        else this.#write(this.#buffer.taken(count));
      },
      (cause) => this.#broke("read", cause),
    );
  }

  #nextPeeked(peeked: Peeked): void {
    const next = peeked.nextPeeked();
    if (next instanceof Promise) {
      next.then(
        (bytes) => this.#passPeeked(peeked, bytes),
        (cause) => this.#broke("read", cause),
      );
    } else this.#passPeeked(peeked, next);
  }

  #passPeeked({ ended }: Peeked, bytes: Uint8Array | null): void {
    if (bytes !== null) {
      this.#buffer.expect(bytes.length);
      this.#write(bytes);
    } else if (ended) {
      this.#end();
    } else {
      this.#from.peeked = undefined;
      this.next();
    }
  }

  #write(chunk: Uint8Array): void {
    this.#to.isWriting = true;
    this.#to.sink.write(chunk).then(
      (count) => this.#wrote(chunk, count),
      (cause) => this.#broke("write", cause),
    );
  }

  #wrote(chunk: Uint8Array, count: number): void {
    this.#to.onWritten(count);
    if (count < chunk.length) return this.#write(chunk.subarray(count));
    this.#to.isWriting = false;
    this.next();
  }

  #end(): void {
    const to = this.#to;
    this.#buffer.release();
    if (to.onEnded()) endWrites(to.sink).then(() => to.onDone(null));
    else to.onDone(null);
  }

  #broke(operation: "read" | "write", cause: unknown): void {
    // A read that failed has settled: nothing writes into it any more.
    this.#buffer.release();
    const end = operation === "read" ? this.#from.source : this.#to.sink;
    this.#to.onDone(new StreamFault(operation, { end, cause }));
  }
}

/** Ends the write direction; a peer that is gone does not mind. */
export function endWrites(sink: ByteSink): Promise<void> {
  return sink.closeWrite().catch(() => {
    // The other direction finds out by itself.
  });
}
