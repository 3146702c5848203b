/**
 * A connection of the runtime as a stream of Node's, for its HTTP server.
 *
 * @module
 */
import { Duplex } from "node:stream";

/** How much is read at a time, in bytes: a request is small. */
const READ_BYTES = 4096;
/** How long a client may take nothing of an answer, in ms. */
const WRITE_MS = 30_000;

type Done = (error?: Error | null) => void;

/** Owns the connection: it is closed when the stream is destroyed. */
export class ConnStream extends Duplex {
  readonly #conn: Deno.Conn;
  readonly #writeMs: number;
  #reading = false;

  /**
   * Reads nothing until somebody does.
   *
   * @param writeMs How long a client may take nothing of an answer, in
   * milliseconds. Default: 30 seconds.
   */
  constructor(conn: Deno.Conn, writeMs = WRITE_MS) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
    this.#writeMs = writeMs;
  }

  /** For `Duplex`. */
  override _read(): void {
    if (this.#reading) return;
    this.#reading = true;
    const bytes = new Uint8Array(READ_BYTES);
    this.#conn.read(bytes).then((count) => {
      this.#reading = false;
      this.push(count === null ? null : bytes.subarray(0, count));
    }, (error) => this.destroy(this.destroyed ? undefined : error));
  }

  /** For `Duplex`. */
  override _write(bytes: Uint8Array, _encoding: string, done: Done): void {
    const timer = setTimeout(
      () => this.destroy(new Error("The client takes nothing")),
      this.#writeMs,
    );
    this.#writeAll(bytes).then(() => done(), done)
      .finally(() => clearTimeout(timer));
  }

  /** For `Duplex`. */
  override _final(done: Done): void {
    const end = "closeWrite" in this.#conn
      ? (this.#conn as Deno.TcpConn).closeWrite()
      : Promise.resolve();
    // Who has gone need not be told that this is the end.
    end.then(() => done(), () => done());
  }

  /** For `Duplex`. */
  override _destroy(error: Error | null, done: Done): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
    done(error);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#conn.write(bytes.subarray(at));
    }
  }
}
