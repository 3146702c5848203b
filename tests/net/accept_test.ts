import { assert, assertEquals } from "@std/assert";
import { AcceptLoop } from "../../src/net/accept.ts";

/** A listener that answers from a script, then waits to be closed. */
class ScriptedListener {
  accepts = 0;
  #closed = Promise.withResolvers<never>();

  constructor(readonly script: (Deno.Conn | Error)[]) {
    // Nobody may be waiting when it closes.
    this.#closed.promise.catch(() => {});
  }

  accept(): Promise<Deno.Conn> {
    this.accepts++;
    const next = this.script.shift();
    if (next === undefined) return this.#closed.promise;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  }

  close(): void {
    this.#closed.reject(
      new Deno.errors.BadResource("Listener has been closed"),
    );
  }
}

function loopOver(script: (Deno.Conn | Error)[]) {
  const listener = new ScriptedListener(script);
  const seen: unknown[] = [];
  const pauses: number[] = [];
  let until: (() => void) | null = null;
  const loop = new AcceptLoop(listener as unknown as Deno.Listener, {
    onConn: (conn) => {
      seen.push(conn);
      if (listener.script.length === 0) until?.();
    },
    onError: (_, pauseMs) => pauses.push(pauseMs),
  });
  return {
    listener,
    loop,
    seen,
    pauses,
    allSeen: new Promise<void>((resolve) => until = resolve),
  };
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

Deno.test("AcceptLoop: clients that were gone too early cause no pause, unless there is no end of them", async () => {
  const conn = {} as Deno.Conn;
  const codes = ["ENOTCONN", "ECONNABORTED", "ECONNRESET"];
  const { loop, seen, pauses, allSeen } = loopOver([
    ...Array.from({ length: 63 }, (_, i) => failure(codes[i % 3]!)),
    conn,
    ...Array.from({ length: 64 }, () => failure("ENOTCONN")),
    conn,
  ]);
  const running = loop.run();
  await allSeen;
  loop.stop();
  await running;
  assertEquals(seen.length, 2);
  assertEquals(pauses, [5]);
});

Deno.test("AcceptLoop: goes on after EMFILE and ENFILE, with growing pauses", async () => {
  const conn = {} as Deno.Conn;
  const { loop, seen, pauses, allSeen } = loopOver([
    conn,
    failure("EMFILE"),
    failure("EMFILE"),
    failure("ENFILE"),
    conn,
    failure("EMFILE"),
    conn,
  ]);
  const running = loop.run();
  await allSeen;
  loop.stop();
  await running;
  assertEquals(seen.length, 3);
  assertEquals(pauses, [5, 10, 20, 5], "a success resets the pause");
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
  const { loop, pauses } = loopOver(
    Array.from({ length: 50 }, () => failure("EMFILE")),
  );
  const running = loop.run();
  while (pauses.length < 3) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  loop.stop();
  await running;
  assert(pauses.length < 50);
});

Deno.test("AcceptLoop: ends when the listener is closed by somebody else", async () => {
  const { loop, listener } = loopOver([]);
  const running = loop.run();
  listener.close();
  await running;
});
