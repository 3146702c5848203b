import { assert, assertEquals } from "@std/assert";
import { AcceptLoop } from "../../src/net/accept.ts";
import { connectAndReset } from "../support/reset.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { until } from "../support/wait.ts";

/** A listener that answers from a script, then waits to be closed. */
class ScriptedListener {
  accepts = 0;
  #closed = Promise.withResolvers<never>();
  #isClosed = false;

  constructor(
    readonly script: (Deno.Conn | Error)[],
    /** Whether it gives who is in its queue after it is closed. */
    readonly empties = false,
  ) {
    // Nobody may be waiting when it closes.
    this.#closed.promise.catch(() => {});
  }

  accept(): Promise<Deno.Conn> {
    this.accepts++;
    if (this.#isClosed && !this.empties) return this.#closed.promise;
    const next = this.script.shift();
    if (next === undefined) return this.#closed.promise;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  }

  close(): void {
    this.#isClosed = true;
    this.#closed.reject(
      new Deno.errors.BadResource("Listener has been closed"),
    );
  }
}

function loopOver(
  script: (Deno.Conn | Error)[],
  { empties = false }: { readonly empties?: boolean } = {},
) {
  const listener = new ScriptedListener(script, empties);
  const seen: unknown[] = [];
  const gone: string[] = [];
  const pauses: number[] = [];
  let until: (() => void) | null = null;
  const loop = new AcceptLoop(listener as unknown as Deno.Listener, {
    onConn: (conn) => {
      seen.push(conn);
      if (listener.script.length === 0) until?.();
    },
    onGone: (code) => gone.push(code),
    onError: (_, pauseMs) => pauses.push(pauseMs),
  });
  return {
    listener,
    loop,
    seen,
    gone,
    pauses,
    allSeen: new Promise<void>((resolve) => until = resolve),
  };
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function failures(count: number, ...codes: string[]): Error[] {
  return Array.from(
    { length: count },
    (_, i) => failure(codes[i % codes.length]!),
  );
}

Deno.test("AcceptLoop: however many clients were gone too early, it does not pause", async () => {
  const conn = {} as Deno.Conn;
  const { loop, seen, gone, pauses, allSeen } = loopOver([
    ...failures(5_000, "ENOTCONN", "ECONNABORTED", "ECONNRESET", "EPERM"),
    conn,
    ...failures(5_000, "ENOTCONN"),
    conn,
  ]);
  const running = loop.run();
  await allSeen;
  loop.stop();
  await running;
  assertEquals([seen.length, gone.length, pauses], [2, 10_000, []]);
});

Deno.test("AcceptLoop: who is in the queue behind clients that have reset is served without a pause", async () => {
  const CLIENTS = 300;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  for (let i = 0; i < CLIENTS; i++) await connectAndReset(port, bytesOf(""));
  const client = await Deno.connect({ hostname: "127.0.0.1", port });
  const counts = { gone: 0, errors: 0 };
  const loop = new AcceptLoop(listener, {
    onConn: (conn) => {
      loop.stop();
      writeAll(conn, bytesOf("served")).then(() => conn.close());
    },
    onGone: () => counts.gone++,
    onError: () => counts.errors++,
  });
  await loop.run();
  assertEquals(await readAll(client), bytesOf("served"));
  client.close();
  assertEquals(counts, { gone: CLIENTS, errors: 0 });
});

Deno.test("AcceptLoop: while there is nothing to accept with, pauses grow to a tenth of a second", async () => {
  const conn = {} as Deno.Conn;
  const { loop, seen, pauses, allSeen } = loopOver([
    conn,
    ...failures(7, "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"),
    conn,
    failure("EMFILE"),
    failure("ENOTCONN"),
    failure("EMFILE"),
    conn,
  ]);
  const running = loop.run();
  await allSeen;
  loop.stop();
  await running;
  assertEquals(seen.length, 3);
  assertEquals(
    pauses,
    [5, 10, 20, 40, 80, 100, 100, 5, 10],
    "a success resets the pause, and who has gone is none",
  );
});

Deno.test("AcceptLoop: an error that it does not know costs others no more than a millisecond", async () => {
  const conn = {} as Deno.Conn;
  const { loop, pauses, allSeen } = loopOver([
    ...failures(20, "EWHATEVER"),
    new Error("without a code"),
    conn,
  ]);
  const running = loop.run();
  await allSeen;
  loop.stop();
  await running;
  assertEquals(pauses, new Array(21).fill(1));
});

Deno.test("AcceptLoop: stop() ends it while it waits for a connection", async () => {
  const { loop, listener } = loopOver([]);
  const running = loop.run();
  loop.stop();
  loop.stop();
  await running;
  assertEquals(listener.accepts, 1);
});

Deno.test("AcceptLoop: stop() ends it while it pauses", async () => {
  const { loop, pauses } = loopOver(failures(50, "EMFILE"));
  const running = loop.run();
  await until("three pauses", () => pauses.length >= 3 || null);
  loop.stop();
  await running;
  assert(pauses.length < 50);
});

Deno.test("AcceptLoop: after stop() it takes all that the listener still gives", async () => {
  const conn = {} as Deno.Conn;
  const { loop, seen } = loopOver([
    conn,
    ...failures(3, "ENOTCONN", "EMFILE"),
    conn,
  ], { empties: true });
  const running = loop.run();
  loop.stop();
  await running;
  assertEquals(seen.length, 2);
});

Deno.test("AcceptLoop: ends when the listener is closed by somebody else", async () => {
  const { loop, listener } = loopOver([]);
  const running = loop.run();
  listener.close();
  await running;
});

Deno.test("AcceptLoop: it stands back for another one, then accepts", async () => {
  const listener = new ScriptedListener([{} as Deno.Conn, {} as Deno.Conn]);
  const order: string[] = [];
  const { promise: allSeen, resolve } = Promise.withResolvers<void>();
  const loop = new AcceptLoop(listener as unknown as Deno.Listener, {
    onConn: () => {
      order.push("accepted");
      if (listener.script.length === 0) resolve();
    },
    isAhead: () => {
      const isSecond = listener.accepts === 1;
      // What else the thread has to do comes first.
      if (isSecond) setTimeout(() => order.push("others"));
      return isSecond;
    },
    onError: () => {},
  });
  const running = loop.run();
  await allSeen;
  assertEquals(order, ["accepted", "others", "accepted"]);
  loop.stop();
  await running;
});
