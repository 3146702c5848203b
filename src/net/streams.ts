/**
 * A readable and a writable over a connection that keep TCP's half-close.
 *
 * The runtime's own `conn.readable` closes the whole socket at the end of input
 * (denoland/deno#27510), and closing `conn.writable` does too, so the answer to
 * a client that shuts its write side is lost. These end one direction only:
 * neither ever closes the connection, which stays with its owner.
 *
 * @module
 */
import type { ByteSource } from "./peek.ts";

/** Read buffer sizes in bytes: small for idle connections, grown by bulk. */
const FIRST_READ_BYTES = 4 * 1024;
const LARGEST_READ_BYTES = 256 * 1024;
const READ_GROWTH = 4;

/** The part of a `Deno.Conn` that can be written to. */
export interface ByteSink {
  /** Writes from `p` and says how many bytes it took. */
  write(p: Uint8Array): Promise<number>;
  /** Ends the write direction (FIN), leaving the read direction open. */
  closeWrite(): Promise<void>;
}

/** Bytes that were read off a connection before it became a stream. */
export interface Peeked {
  /** The next such bytes, `null` when there are none left. */
  nextPeeked(): Promise<Uint8Array | null>;
  /** Whether the end of the stream followed them. */
  readonly ended: boolean;
}

/** Which operation of a stream failed. */
export class StreamFault extends Error {
  override readonly name = "StreamFault";
  /** `read`: the source broke; `write`: the destination does not take bytes. */
  readonly operation: "read" | "write";

  constructor(operation: "read" | "write", cause: unknown) {
    super(`Cannot ${operation}`, { cause });
    this.operation = operation;
  }
}

/** Options of {@linkcode readableFrom}. */
export interface ReadableOptions {
  /** Bytes to deliver before the first read. */
  readonly peeked?: Peeked;
}

/**
 * The bytes of a source as a stream, peeked ones first.
 *
 * Reads only when asked (no read-ahead) and reuses its buffer: a chunk is valid
 * until the next one is asked for, which `pipeTo` into {@linkcode writableTo}
 * does only after the chunk is written. Errors are {@linkcode StreamFault}s.
 */
export function readableFrom(
  source: ByteSource,
  options: ReadableOptions = {},
): ReadableStream<Uint8Array> {
  let peeked = options.peeked;
  let buffer: Uint8Array | null = null;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        if (peeked !== undefined) {
          const chunk = await peeked.nextPeeked();
          if (chunk !== null) return controller.enqueue(chunk);
          const { ended } = peeked;
          peeked = undefined;
          if (ended) return controller.close();
        }
        buffer ??= new Uint8Array(FIRST_READ_BYTES);
        const count = await source.read(buffer);
        if (count === null) return controller.close();
        controller.enqueue(buffer.subarray(0, count));
        buffer = grown(buffer, count);
      } catch (error) {
        controller.error(new StreamFault("read", error));
      }
    },
  }, { highWaterMark: 0 });
}

/** The next read's buffer: a larger one when this read filled it. */
function grown(buffer: Uint8Array, count: number): Uint8Array {
  return count < buffer.length || buffer.length >= LARGEST_READ_BYTES
    ? buffer
    : new Uint8Array(buffer.length * READ_GROWTH);
}

/**
 * A stream into a sink. Closing it ends the write direction only; aborting it
 * does nothing, since the connection's owner closes it.
 *
 * @param onWritten Hears how many bytes each write took.
 */
export function writableTo(
  sink: ByteSink,
  onWritten: (count: number) => void,
): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    async write(chunk) {
      try {
        let at = 0;
        while (at < chunk.length) {
          const count = await sink.write(
            at === 0 ? chunk : chunk.subarray(at),
          );
          at += count;
          onWritten(count);
        }
      } catch (error) {
        throw new StreamFault("write", error);
      }
    },
    async close() {
      try {
        await sink.closeWrite();
      } catch {
        // The peer is gone; the other direction finds that out by itself.
      }
    },
  }, { highWaterMark: 1 });
}
