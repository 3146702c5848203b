/** Clients of the admin server that connect and then say little or nothing. */
import { assert, assertEquals } from "@std/assert";
import { ConnStream } from "../../src/admin/conn_stream.ts";
import { ConnectionGate } from "../../src/admin/connection_gate.ts";
import { getFrom } from "../support/admin_requests.ts";
import { connectLocal } from "../support/dialogue.ts";
import { type FakeAdmin, fakeAdmin } from "../support/fake_admin.ts";
import { bytesOf, readAll, tcpPair, writeAll } from "../support/tcp.ts";
import { within } from "../support/wait.ts";

const TOKEN = "0123456789abcdef";
const HALF = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
const WHOLE = "GET /api/state HTTP/1.1\r\nHost: localhost\r\n\r\n";
/** Far more than are let in. */
const CROWD = 400;

/** Connections that have sent something each, and wait. */
class Crowd implements Disposable {
  readonly conns: Deno.TcpConn[] = [];

  static async of(count: number, admin: FakeAdmin, said: string) {
    const crowd = new Crowd();
    for (let i = 0; i < count; i++) {
      const conn = await connectLocal(admin.port);
      crowd.conns.push(conn);
      // The other end may have closed it already.
      await writeAll(conn, bytesOf(said)).catch(() => {});
    }
    return crowd;
  }

  [Symbol.dispose](): void {
    for (const conn of this.conns) conn.close();
  }
}

/** Reads what a connection is sent until that fits. */
async function readUntil(conn: Deno.Conn, pattern: RegExp): Promise<void> {
  const bytes = new Uint8Array(4096);
  for (let text = ""; !pattern.test(text);) {
    const count = await within("an answer", conn.read(bytes));
    assert(count !== null, `ended after ${JSON.stringify(text)}`);
    text += new TextDecoder().decode(bytes.subarray(0, count));
  }
}

for (const [what, said] of [["half a request", HALF], ["nothing", ""]]) {
  Deno.test(`admin: ${CROWD} connections with ${what} keep nobody out`, async () => {
    await using admin = fakeAdmin();
    using _crowd = await Crowd.of(CROWD, admin, said!);
    for (let i = 0; i < 3; i++) {
      assertEquals((await getFrom(admin, "/healthz"))[0], 200);
      assertEquals((await getFrom(admin, "/api/state"))[0], 200);
    }
  });
}

Deno.test("admin: a request that does not become whole is ended, and so is a connection that asks no more", async () => {
  await using admin = fakeAdmin({}, "127.0.0.1", { gate: { patienceMs: 40 } });
  using half = await connectLocal(admin.port);
  await writeAll(half, bytesOf(HALF));
  assertEquals((await within("its end", readAll(half))).length, 0);
  using idle = await connectLocal(admin.port);
  await writeAll(idle, bytesOf(WHOLE));
  await readUntil(idle, /\{"pid":1\}/);
  assertEquals((await within("its end", readAll(idle))).length, 0);
});

Deno.test("admin: bytes that come one by one prolong nothing", async () => {
  await using admin = fakeAdmin({}, "127.0.0.1", { gate: { patienceMs: 80 } });
  using conn = await connectLocal(admin.port);
  await writeAll(conn, bytesOf(HALF));
  const ended = within("its end", readAll(conn).catch(() => null));
  let isOver = false;
  void ended.then(() => isOver = true);
  while (!isOver) {
    await writeAll(conn, bytesOf("x")).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await ended;
});

Deno.test("admin: who has shown the token is not crowded out by who has not", async () => {
  await using admin = fakeAdmin({ token: TOKEN });
  using conn = await connectLocal(admin.port);
  const request = WHOLE.replace(
    "\r\n\r\n",
    `\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
  );
  await writeAll(conn, bytesOf(request));
  await readUntil(conn, /\{"pid":1\}/);
  using _crowd = await Crowd.of(CROWD, admin, HALF);
  await writeAll(conn, bytesOf(request));
  await readUntil(conn, /\{"pid":1\}/);
});

Deno.test("admin: a body that does not come is waited for no longer than an answer may take", async () => {
  await using admin = fakeAdmin({}, "127.0.0.1", { answerMs: 30 });
  using conn = await connectLocal(admin.port);
  const head = "POST /api/log HTTP/1.1\r\nHost: localhost\r\n" +
    "Passthru-Admin: 1\r\nContent-Length: 50\r\n\r\n{";
  await writeAll(conn, bytesOf(head));
  const answer = new TextDecoder().decode(
    await within("the answer and the end", readAll(conn)),
  );
  assertEquals(answer.split("\r\n")[0], "HTTP/1.1 503 Service Unavailable");
});

Deno.test("ConnStream: a client that takes nothing of an answer is let go", async () => {
  const { near, far } = await tcpPair();
  const stream = new ConnStream(near, 50);
  stream.on("error", () => {});
  const closed = new Promise<void>((resolve) =>
    stream.on("close", () => resolve())
  );
  stream.write(new Uint8Array(64 * 1024 * 1024));
  await within("its end", closed);
  far.close();
});

/** A connection that knows whether it was closed. */
class FakeConnection {
  closed = false;
  readonly #gate: ConnectionGate<FakeConnection>;

  constructor(gate: ConnectionGate<FakeConnection>) {
    this.#gate = gate;
  }

  destroy(): void {
    this.closed = true;
    this.#gate.leave(this);
  }
}

Deno.test("ConnectionGate: the one that has waited longest makes room, never one that is answered", async () => {
  const gate = new ConnectionGate<FakeConnection>({ most: 3, mostTrusted: 1 });
  const all = Array.from({ length: 5 }, () => new FakeConnection(gate));
  const closed = () => all.map((one) => one.closed);
  for (const one of all.slice(0, 3)) assert(gate.enter(one));
  gate.asks(all[0]!);
  assert(gate.enter(all[3]!));
  assertEquals(closed(), [false, true, false, false, false]);
  gate.asks(all[2]!);
  gate.asks(all[3]!);
  assert(!gate.enter(all[4]!), "all are being answered");
  assertEquals(closed(), [false, true, false, false, true]);
  gate.trust(all[0]!);
  gate.trust(all[0]!);
  assert(gate.enter(new FakeConnection(gate)), "the trusted count apart");
  const ended = gate.close();
  assertEquals(gate.size, 3, "those that are being answered");
  gate.waits(all[2]!);
  gate.waits(all[3]!);
  gate.waits(all[0]!);
  await within("the end", ended);
  assert(!gate.enter(new FakeConnection(gate)), "it is closed");
});
