/** Clients of a web server that know their own ports, and count what fails. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { connectLocal } from "./dialogue.ts";
import {
  bytesOf,
  noise,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "./tcp.ts";
import { until, within } from "./wait.ts";

/** Bytes of a block of a long transfer. */
const BLOCK_BYTES = 64 * 1024;

/** A connection that was not served to its end. */
export interface Broken {
  /** The client's port; `null`: it was not even accepted. */
  readonly port: number | null;
  readonly why: string;
}

/** Short requests, each on a connection of its own, from several clients. */
export class ShortRequests implements AsyncDisposable {
  readonly broken: Broken[] = [];
  /** Requests served, by the client that asked. */
  readonly #served: number[];
  #stopped = false;
  readonly #clients: Promise<void>[];

  /** @param body What a good answer ends in. */
  constructor(
    { port, parallel, body }: { port: number; parallel: number; body: string },
  ) {
    this.#served = new Array(parallel).fill(0);
    this.#clients = this.#served.map(async (_, client) => {
      while (!this.#stopped) {
        if (await this.#ask(port, body)) this.#served[client]!++;
      }
    });
  }

  /** Resolves when so many more have been served. */
  async more(count: number): Promise<void> {
    const served = () => this.#served.reduce((sum, own) => sum + own, 0);
    const wanted = served() + count;
    await until(
      `${count} more requests`,
      () => served() >= wanted ? true : null,
    );
  }

  /** Resolves when every request that is under way now has been served. */
  async turn(): Promise<void> {
    const now = [...this.#served];
    await until(
      "every client's next request",
      () => now.every((count, i) => this.#served[i]! > count) ? true : null,
    );
  }

  /** Asks no more, and waits for the answers. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #ask(port: number, body: string): Promise<boolean> {
    let own: number | null = null;
    try {
      using conn = await connectLocal(port);
      own = conn.localAddr.port;
      await writeAll(conn, request("GET", "/", ["Connection: close"]));
      const answer = textOf(await within("an answer", readAll(conn)));
      assert(answer.startsWith("HTTP/1.1 200 "), JSON.stringify(answer));
      assert(answer.endsWith(`\r\n\r\n${body}`), JSON.stringify(answer));
      return true;
    } catch (error) {
      this.broken.push({ port: own, why: String(error) });
      return false;
    }
  }
}

/**
 * A connection that puts blocks into a file and gets them back, one after the
 * other, until it is told to end.
 */
export class LongTransfer implements AsyncDisposable {
  /** The client's own port. */
  readonly port: number;
  readonly #conn: Deno.TcpConn;
  readonly #path: string;
  readonly #running: Promise<Broken | null>;
  #rounds = 0;
  #stopped = false;

  private constructor(conn: Deno.TcpConn, path: string) {
    this.#conn = conn;
    this.#path = path;
    this.port = conn.localAddr.port;
    this.#running = this.#run();
  }

  /** Connects and starts; the path is to be nobody else's. */
  static async open(port: number, path: string): Promise<LongTransfer> {
    return new LongTransfer(await connectLocal(port), path);
  }

  /** Resolves when another block has been there and back, or it is broken. */
  async round(): Promise<void> {
    const wanted = this.#rounds + 2;
    const enough = until(
      "a block",
      () => this.#rounds >= wanted || this.#stopped ? true : null,
    );
    await Promise.race([enough, this.#running]);
  }

  /** Ends it behind its last block. @returns `null`: every byte was right. */
  async end(): Promise<Broken | null> {
    this.#stopped = true;
    return await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #run(): Promise<Broken | null> {
    try {
      while (!this.#stopped) {
        await within("a block there and back", this.#exchange());
        this.#rounds++;
      }
      await this.#conn.closeWrite();
      assertEquals((await readAll(this.#conn)).length, 0);
      return null;
    } catch (error) {
      this.#stopped = true;
      return { port: this.port, why: String(error) };
    } finally {
      this.#conn.close();
    }
  }

  async #exchange(): Promise<void> {
    const block = noise(BLOCK_BYTES, this.port + this.#rounds);
    const length = [`Content-Length: ${block.length}`];
    await writeAll(this.#conn, request("PUT", this.#path, length));
    await writeAll(this.#conn, block);
    await this.#answer();
    await writeAll(this.#conn, request("GET", this.#path, []));
    const got = await this.#answer();
    const same = got.length === block.length &&
      got.every((byte, i) => byte === block[i]);
    assert(same, `block ${this.#rounds}: ${got.length} bytes came back`);
  }

  /** The body of the next answer. */
  async #answer(): Promise<Uint8Array> {
    let head = "";
    while (!head.endsWith("\r\n\r\n")) {
      const byte = await readExactly(this.#conn, 1);
      assertEquals(byte.length, 1, `the end in an answer: ${head}`);
      head += textOf(byte);
    }
    assertMatch(head, /^HTTP\/1\.1 20[014] /);
    const length = Number(/^Content-Length: (\d+)/im.exec(head)?.[1] ?? 0);
    const body = await readExactly(this.#conn, length);
    assertEquals(body.length, length, "bytes of a body");
    return body;
  }
}

function request(
  method: string,
  path: string,
  headers: readonly string[],
): Uint8Array {
  const lines = [`${method} ${path} HTTP/1.1`, "Host: site.test", ...headers];
  return bytesOf(lines.join("\r\n") + "\r\n\r\n");
}
