/**
 * Bytes from a source to a sink, in one loop.
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
}

/**
 * Pipes until the end of the source, then ends the sink's write direction.
 * Never closes a connection.
 *
 * One function on purpose: each further `async` one would cost every message a
 * promise and a frame.
 *
 * @throws {StreamFault} When a read or a write fails.
 */
export async function pipe(from: PipeSource, to: PipeSink): Promise<void> {
  const { source } = from;
  const { sink } = to;
  let operation: "read" | "write" = "read";
  const buffer = new AdaptiveBuffer(from.buffers);
  try {
    for (;;) {
      operation = "read";
      let chunk: Uint8Array;
      if (from.peeked !== undefined) {
        const next = from.peeked.nextPeeked();
        const bytes = next instanceof Promise ? await next : next;
        if (bytes === null) {
          if (from.peeked.ended) break;
          from.peeked = undefined;
          continue;
        }
        chunk = bytes;
        buffer.expect(bytes.length);
      } else {
        const count = await source.read(buffer.target());
        if (count === null) break;
        chunk = buffer.taken(count);
      }
      operation = "write";
      to.isWriting = true;
      let at = await sink.write(chunk);
      to.onWritten(at);
      while (at < chunk.length) {
        const count = await sink.write(chunk.subarray(at));
        at += count;
        to.onWritten(count);
      }
      to.isWriting = false;
    }
  } catch (cause) {
    const end = operation === "read" ? source : sink;
    throw new StreamFault(operation, { end, cause });
  } finally {
    // A read that failed has settled: nothing writes into it any more.
    buffer.release();
  }
  if (to.onEnded()) await endWrites(sink);
}

/** Ends the write direction; a peer that is gone does not mind. */
export function endWrites(sink: ByteSink): Promise<void> {
  return sink.closeWrite().catch(() => {
    // The other direction finds out by itself.
  });
}
