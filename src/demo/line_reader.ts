/**
 * Lines off a connection, with a bounded buffer, and the helper that writes.
 *
 * @module
 */

/** What is longer than this is handed out in pieces. */
const MAX_LINE_BYTES = 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Reads a connection line by line; at any point the rest can be had raw. */
export class LineReader {
  readonly #conn: Deno.Conn;
  readonly #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(MAX_LINE_BYTES);
  #held = 0;

  /** Reads off this connection, which stays the caller's to close. */
  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /**
   * Reads one line.
   *
   * @returns The line without its end (CR LF or LF); an unended last line; null
   * after the client has ended.
   */
  async readLine(): Promise<string | null> {
    let feed = this.#buffer.subarray(0, this.#held).indexOf(LINE_FEED);
    while (feed < 0 && this.#held < MAX_LINE_BYTES) {
      const read = await this.#conn.read(this.#buffer.subarray(this.#held));
      if (read === null) return this.#held > 0 ? text(this.readHeld()) : null;
      const fresh = this.#buffer.subarray(this.#held, this.#held + read);
      const at = fresh.indexOf(LINE_FEED);
      feed = at < 0 ? -1 : this.#held + at;
      this.#held += read;
    }
    return text(this.#take(feed < 0 ? this.#held : feed + 1));
  }

  /** Takes the bytes that were read off the connection beyond the last line. */
  readHeld(): Uint8Array {
    return this.#take(this.#held);
  }

  #take(count: number): Uint8Array {
    const taken = this.#buffer.slice(0, count);
    this.#buffer.copyWithin(0, count, this.#held);
    this.#held -= count;
    return taken;
  }
}

/**
 * Writes all the bytes: `conn.write` may take a part only.
 *
 * @param conn Where to write.
 * @param data Bytes, or text that is encoded as UTF-8.
 */
export async function writeAll(
  conn: Deno.Conn,
  data: Uint8Array | string,
): Promise<void> {
  let left = typeof data === "string" ? new TextEncoder().encode(data) : data;
  while (left.length > 0) left = left.subarray(await conn.write(left));
}

/** A line as text, without its end. */
function text(line: Uint8Array): string {
  let end = line.length;
  if (line[end - 1] === LINE_FEED) {
    end -= 1;
    if (line[end - 1] === CARRIAGE_RETURN) end -= 1;
  }
  return new TextDecoder().decode(line.subarray(0, end));
}
