/** `passthru explain --listen`, as a process of its own. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { hello } from "../../support/explain.ts";
import { PASSTHRU } from "../../support/process.ts";
import { helloFor, SSL_REQUEST } from "../../support/postgres_wire.ts";
import { bytesOf, readAll, readExactly, writeAll } from "../../support/tcp.ts";
import { within } from "../../support/wait.ts";

const DECODER = new TextDecoder();

/** A running `explain --listen` on a free port. */
class Listening implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #out: AsyncIterator<Uint8Array>;
  readonly #err: AsyncIterator<Uint8Array>;
  #text = "";
  port = 0;

  constructor(args: readonly string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...PASSTHRU, "explain", "--listen", "127.0.0.1:0", ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    }).spawn();
    this.#out = this.#child.stdout[Symbol.asyncIterator]();
    this.#err = this.#child.stderr[Symbol.asyncIterator]();
  }

  async ready(): Promise<void> {
    let text = "";
    while (!text.includes("\n")) {
      const { done, value } = await this.#err.next();
      assert(!done, `it ended: ${text}`);
      text += DECODER.decode(value);
    }
    const found = /^listening on 127\.0\.0\.1:(\d+)\n$/.exec(text);
    assert(found, text);
    this.port = Number(found[1]);
  }

  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  /** The next record. */
  async record(): Promise<Record<string, unknown>> {
    while (!this.#text.includes("\n")) {
      const { done, value } = await within("a record", this.#out.next());
      assert(!done, "it ended");
      this.#text += DECODER.decode(value);
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return JSON.parse(line);
  }

  /** Stops it. @returns The exit code, and what it wrote since. */
  async stop(signal: Deno.Signal): Promise<[number, string]> {
    this.#child.kill(signal);
    const { code } = await within("the end", this.#child.status);
    let rest = this.#text;
    for (
      let next = await this.#out.next();
      !next.done;
      next = await this.#out.next()
    ) rest += DECODER.decode(next.value);
    return [code, rest];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#out.return?.();
    await this.#err.return?.();
  }
}

async function listening(...args: string[]): Promise<Listening> {
  const explain = new Listening(args);
  try {
    await within("the listener", explain.ready());
  } catch (error) {
    await explain[Symbol.asyncDispose]();
    throw error;
  }
  return explain;
}

Deno.test("explain --listen: each connection is explained and closed", async () => {
  await using explain = await listening("--json");
  for (
    const [index, bytes] of [bytesOf("SSH-2.0-x\r\n"), hello("a")].entries()
  ) {
    const conn = await explain.connect();
    await writeAll(conn, bytes);
    assertEquals((await readAll(conn)).length, 0);
    const { id, client, server, bytes: seen, protocol } = await explain
      .record();
    const local = conn.localAddr as Deno.NetAddr;
    assertEquals([id, client, server, seen, protocol], [
      String(index + 1),
      `127.0.0.1:${local.port}`,
      `127.0.0.1:${explain.port}`,
      bytes.length,
      index === 0 ? "SSH" : "TLS",
    ]);
    conn.close();
  }
  assertEquals(await explain.stop("SIGINT"), [0, ""]);
});

Deno.test("explain --listen: pieces that drip are waited for, silence until the timeout", async () => {
  await using explain = await listening("--json", "-t", "300ms");
  const dripping = await explain.connect();
  await writeAll(dripping, bytesOf("SSH-"));
  await writeAll(dripping, bytesOf("2.0-x\r\n"));
  assertEquals((await explain.record()).protocol, "SSH");
  const silent = await explain.connect();
  const { protocol, notes } = await explain.record();
  assertEquals([protocol, notes], [null, ["the client sent nothing"]]);
  const half = await explain.connect();
  await writeAll(half, bytesOf("SSH-2.0-"));
  const record = await explain.record();
  assertEquals([record.protocol, record.bytes], [null, 8]);
  for (const conn of [dripping, silent, half]) conn.close();
});

Deno.test("explain --listen: a PostgreSQL client that waits for an answer gets it", async () => {
  await using explain = await listening("--json");
  const conn = await explain.connect();
  await writeAll(conn, SSL_REQUEST);
  assertEquals(await readExactly(conn, 1), bytesOf("S"));
  await writeAll(conn, helloFor("db-a.example"));
  assertEquals((await readAll(conn)).length, 0);
  const { protocol, facts } = await explain.record();
  assertEquals(protocol, "POSTGRES");
  assertEquals((facts as { sni?: string }).sni, "db-a.example");
  conn.close();
});

Deno.test("explain --listen: a signal ends it, also with connections open", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    await using explain = await listening("-t", "1h");
    const conn = await explain.connect();
    await writeAll(conn, bytesOf("S"));
    // What came before it is decided about; then this one is being peeked at.
    const other = await explain.connect();
    await writeAll(other, bytesOf("SSH-2.0-x\r\n"));
    await readAll(other);
    const [code, rest] = await explain.stop(signal);
    assertEquals(code, 0);
    assertMatch(rest, /^2: 11 bytes, /);
    await readAll(conn).catch(() => {});
    conn.close();
    other.close();
  }
});
