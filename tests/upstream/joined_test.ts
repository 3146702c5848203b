import {
  assert,
  assertEquals,
  assertMatch,
  assertStrictEquals,
} from "@std/assert";
import { Deadlines } from "../../src/net/deadlines.ts";
import {
  Connecting,
  type ConnectionToJoin,
} from "../../src/upstream/connect.ts";
import type { DialTarget } from "../../src/upstream/dial_target.ts";
import { TargetHealth } from "../../src/upstream/target_health.ts";
import { targetTable } from "../../src/upstream/target_table.ts";
import { Upstream } from "../../src/upstream/upstream.ts";
import {
  forwardPlan,
  listenersOf,
  memoriesOf,
  targetPlan,
} from "../support/target_plan.ts";

const NO_BYTES = { up: 0, down: 0 };

/** Two targets that are dialled, and then greeted, as the test says. */
function setUp(
  dial: DialTarget,
  greet: ConnectionToJoin["greet"] = () => Promise.resolve(NO_BYTES),
) {
  const route = forwardPlan([targetPlan(1), targetPlan(2, { backup: true })]);
  const plan = listenersOf(route);
  const [memory] = memoriesOf(plan);
  assert(memory);
  const downs: string[] = [];
  const health = new TargetHealth({
    memory,
    onChange: ({ why }) => downs.push(why),
  });
  const upstream = new Upstream(targetTable(plan).upstreams[0]!, {
    memory,
    health,
    random: Math.random,
  });
  const connect = () =>
    new Connecting({
      deadlines: new Deadlines(),
      route,
      upstream,
      memory,
      health,
      dial,
    }, { client: "", greet });
  return { connect, health, downs, memory };
}

/** A connection that knows whether it is open. */
function fakeConn() {
  const conn = { open: true, close: () => void (conn.open = false) };
  return conn;
}

Deno.test("Connecting: a greeting that fails counts as a failed dial, and another target is tried", async () => {
  const conns: ReturnType<typeof fakeConn>[] = [];
  let greetings = 0;
  const { connect, health, downs, memory } = setUp(
    () => {
      const conn = fakeConn();
      conns.push(conn);
      return Promise.resolve(conn as unknown as Deno.Conn);
    },
    () =>
      ++greetings % 2 === 1
        ? Promise.reject(new Error("no answer to the handshake"))
        : Promise.resolve({ up: 8, down: 1 }),
  );
  for (let i = 0; i < 3; i++) {
    assert(health.isUp(0));
    const connecting = connect();
    using joined = await connecting.run();
    assertEquals(connecting.target, "10.0.0.2:443");
    assertEquals(
      connecting.failures,
      "10.0.0.1:443: no answer to the handshake",
    );
    assertEquals(joined?.before, { up: 8, down: 1 });
    assertEquals(
      conns.slice(-2).map(({ open }) => open),
      [false, true],
    );
    assertEquals([memory.connections(0), memory.connections(1)], [0, 1]);
  }
  assertEquals(downs, [
    "3 dials in a row failed: no answer to the handshake",
  ]);
  assertEquals(conns.some(({ open }) => open), false);
  assertEquals(memory.connections(1), 0);
});

Deno.test("Joined: who takes the connection closes it, and where it is noted is forgotten in the end", async () => {
  const conn = fakeConn();
  const { connect, memory } = setUp(() =>
    Promise.resolve(conn as unknown as Deno.Conn)
  );
  let forgotten = 0;
  const joined = (await connect().run())!;
  assertStrictEquals(
    joined.handOver({ [Symbol.dispose]: () => void forgotten++ }),
    conn as unknown as Deno.Conn,
  );
  assertEquals([forgotten, memory.connections(0)], [0, 1]);
  joined[Symbol.dispose]();
  assertEquals([forgotten, memory.connections(0), conn.open], [1, 0, true]);
});

Deno.test("Connecting: what is our own fault is not the target's", async () => {
  const error = Object.assign(new Error("x"), { code: "EMFILE" });
  const { connect, downs, memory } = setUp(() => Promise.reject(error));
  for (let i = 0; i < 5; i++) {
    const connecting = connect();
    assertEquals(await connecting.run(), null);
    assertEquals(connecting.target, "10.0.0.2:443");
    assertMatch(connecting.failures, /^10.0.0.1:443: too many open files/);
  }
  assertEquals(downs, []);
  assertEquals([memory.connections(0), memory.connections(1)], [0, 0]);
});

Deno.test("Connecting: abort() ends the dial and tries no other target", async () => {
  let dials = 0;
  const { connect, downs, memory } = setUp((_, { controller }) => {
    dials++;
    const { promise, reject } = Promise.withResolvers<never>();
    const { signal } = controller;
    signal.addEventListener("abort", () => reject(signal.reason));
    return promise;
  });
  const connecting = connect();
  const run = connecting.run();
  connecting.abort();
  connecting.abort();
  assertEquals(await run, null);
  assertEquals([dials, connecting.failures, downs], [1, "", []]);
  assertEquals(memory.connections(0), 0);
});
