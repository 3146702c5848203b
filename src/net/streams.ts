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
import {
  endWrites,
  pipe,
  type PipeSink,
  type PipeSource,
  StreamFault,
} from "./pipe.ts";
import { writeAll } from "./write_all.ts";
import { AdaptiveBuffer } from "./read_buffers.ts";

/**
 * The bytes of a source, peeked ones first, to be piped or streamed once.
 * Errors are {@linkcode StreamFault}s.
 */
export class SourceReadable {
  readonly #from: PipeSource;

  constructor(from: PipeSource) {
    this.#from = from;
  }

  /**
   * Pipes all bytes, then ends the destination. Into a
   * {@linkcode SinkWritable} that is done without any stream object, as the
   * runtime does between streams of its own, and the sink hears how it went; a
   * promise would stay, with all that waits for it, as long as the connection
   * does. Into any other stream it is the standard `pipeTo`.
   */
  pipeTo(destination: SinkWritable): void;
  pipeTo(destination: WritableStream<Uint8Array>): Promise<void>;
  pipeTo(
    destination: SinkWritable | WritableStream<Uint8Array>,
  ): Promise<void> | void {
    return destination instanceof SinkWritable
      ? pipe(this.#from, destination.to)
      : this.stream().pipeTo(destination);
  }

  /**
   * The bytes as a standard stream. It reads only when asked (no read-ahead) and
   * reuses its buffer: a chunk is valid until the next one is asked for, which
   * `pipeTo` does only after the chunk is written.
   */
  stream(): ReadableStream<Uint8Array> {
    const { source, buffers } = this.#from;
    let { peeked } = this.#from;
    const buffer = new AdaptiveBuffer(buffers);
    let pulling = false;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        pulling = true;
        try {
          if (peeked !== undefined) {
            const chunk = await peeked.nextPeeked();
            if (chunk !== null) return controller.enqueue(chunk);
            const { ended } = peeked;
            peeked = undefined;
            if (ended) return controller.close();
          }
          const count = await source.read(buffer.target());
          if (count !== null) return controller.enqueue(buffer.taken(count));
          buffer.release();
          controller.close();
        } catch (cause) {
          buffer.release();
          controller.error(new StreamFault("read", { end: source, cause }));
        } finally {
          pulling = false;
        }
      },
      cancel() {
        // A read that goes on has the buffer, and finds out at its end.
        if (!pulling) buffer.release();
      },
    }, { highWaterMark: 0 });
  }
}

/**
 * The way into a sink. Its end ends the write direction only, and its failure
 * nothing, since the connection's owner closes it.
 */
export class SinkWritable {
  /** Where the bytes go. */
  readonly to: PipeSink;

  constructor(to: PipeSink) {
    this.to = to;
  }

  /** The sink as a standard stream. */
  stream(): WritableStream<Uint8Array> {
    const { to } = this;
    return new WritableStream<Uint8Array>({
      async write(chunk) {
        to.isWriting = true;
        try {
          await writeAll(to.sink, chunk, (count) => to.onWritten(count));
          to.isWriting = false;
        } catch (cause) {
          throw new StreamFault("write", { end: to.sink, cause });
        }
      },
      async close() {
        if (to.onEnded()) await endWrites(to.sink);
      },
    }, { highWaterMark: 1 });
  }
}
