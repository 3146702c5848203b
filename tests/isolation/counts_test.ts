/** What workers count, over their ends, crashes and reloads. */
import { assert, assertEquals } from "@std/assert";
import { workerPlanes } from "../../src/control/worker_plane.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import type { Counts } from "../../src/observe/counts.ts";
import type { ProcessTraffic } from "../../src/observe/traffic.ts";
import { samples } from "../support/counted.ts";
import { connectLocal, expectText, promptEcho } from "../support/dialogue.ts";
import { ask } from "../support/load.ts";
import { forwardTo } from "../support/passthru.ts";
import { namedEcho, type Service } from "../support/services.ts";
import {
  logged,
  planOf,
  supervise,
  type Supervised,
} from "../support/supervise.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";
import { boom, crashing } from "./fixtures/crashing.ts";

const WORKER = new URL("fixtures/counting_worker.ts", import.meta.url);
const registry = new Registry([...BUILTINS, crashing(() => {})]);

function plan(target: Service, server = "127.0.0.1:0", workers = 2) {
  return planOf({
    version: "v1.0.0",
    servers: { [server]: { CRASH: forwardTo(target.address) } },
    workers,
    log: { level: "error" },
  }, registry);
}

function superviseCounted(): Supervised {
  return supervise(WORKER, { isCounted: () => true });
}

/** The traffic, once it is as it should be. */
async function traffic(
  { control }: Supervised,
  fits: (traffic: ProcessTraffic) => boolean,
): Promise<ProcessTraffic> {
  return await until("the counts", async () => {
    const seen = (await control.planes.counts()).traffic();
    return fits(seen) ? seen : null;
  });
}

Deno.test("workers' counts: what is open counts as its bytes flow, and the sums are exact in the end", async () => {
  await using target = promptEcho("target");
  const supervised = superviseCounted();
  const { control } = supervised;
  await control.serve(plan(target));
  const said = "ask me\n";
  const conns = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const conn = await connectLocal(supervised.port());
      await writeAll(conn, bytesOf(said));
      await expectText(conn, `target:${said}`);
      return conn;
    }),
  );
  const open = await traffic(
    supervised,
    ({ total }) => total.bytes_down === 20 * (said.length + 7),
  );
  const all = {
    active: 20,
    connections: 20,
    bytes_up: 20 * said.length,
    bytes_down: 20 * (said.length + 7),
  };
  assertEquals(open.total, all);
  assertEquals(open.targets, [
    { target: target.address, ...all, dials: 20, dial_errors: 0 },
  ]);
  assertEquals(open.rules, [
    { listener: "127.0.0.1:0", rule: "CRASH/CATCHALL", connections: 20 },
  ]);
  for (const conn of conns) {
    await writeAll(conn, bytesOf("more"));
    await conn.closeWrite();
    await expectText(conn, "more");
    assertEquals((await readAll(conn)).length, 0);
    conn.close();
  }
  // What was not sent yet is sent before a worker ends.
  await control.stop(1_000);
  const { total, closed, protocols } = (await control.planes.counts())
    .traffic();
  assertEquals(total, {
    active: 0,
    connections: 20,
    bytes_up: all.bytes_up + 80,
    bytes_down: all.bytes_down + 80,
  });
  assertEquals(Object.values(closed).reduce((a, b) => a + b), 20);
  assertEquals(protocols, [], "nothing is served any more");
});

Deno.test("workers' counts: they come by themselves, too", async () => {
  await using target = namedEcho("target");
  const batches: Counts[] = [];
  const planes = workerPlanes(WORKER);
  await using supervised = supervise(WORKER, {
    isCounted: () => true,
    makePlane: (plan, memory) =>
      planes(plan, {
        ...memory,
        counts: { add: (counts) => void batches.push(counts), retire() {} },
      }),
  });
  await supervised.control.serve(plan(target));
  assertEquals(await ask(supervised.port(), "ask 1\n"), "target");
  await until("a batch", () => batches.length > 0 ? true : null);
  assertEquals(batches[0]!.counters[0]!.metric, "accepted");
});

Deno.test("workers' counts: a crash takes what is open, and nothing that was counted", async () => {
  await using target = promptEcho("target");
  await using supervised = superviseCounted();
  const { control } = supervised;
  await control.serve(plan(target, "127.0.0.1:0", 1));
  const hold = async () => {
    const conn = await connectLocal(supervised.port());
    await writeAll(conn, bytesOf("hold 1\n"));
    await expectText(conn, "target:hold 1\n");
    return conn;
  };
  const held = [await hold(), await hold()];
  const before = await traffic(
    supervised,
    ({ total }) => total.bytes_down === 2 * 14,
  );
  assertEquals(before.total.active, 2);
  const conn = await connectLocal(supervised.port());
  await writeAll(conn, bytesOf(boom("timer")));
  await within("its end", readAll(conn).catch(() => {}));
  conn.close();
  await logged(supervised, "worker crashed");
  const after = (await control.planes.counts()).traffic();
  assertEquals(after.total.active, 0);
  assertEquals(after.listeners[0]!.active, 0);
  assertEquals(after.targets[0]!.active, 0);
  assertEquals(after.total.bytes_down, 2 * 14);
  assert(after.total.connections >= 2);
  for (const one of held) one.close();
  held.push(await hold());
  const again = await traffic(
    supervised,
    ({ total }) => total.bytes_down === 3 * 14,
  );
  assertEquals(again.total.active, 1);
  held.pop()!.close();
});

Deno.test("workers' counts: over a reload they go on, and a listener that is gone vanishes after one scrape", async () => {
  await using one = promptEcho("one");
  await using two = promptEcho("two");
  await using supervised = superviseCounted();
  const { control } = supervised;
  await control.serve(plan(one));
  const old = await connectLocal(supervised.port());
  await writeAll(old, bytesOf("hold 1\n"));
  await expectText(old, "one:hold 1\n");
  await control.serve(plan(two, "localhost:0"));
  const listeners = (seen: ProcessTraffic) =>
    seen.listeners.map(({ listener, active }) => [listener, active]);
  const during = await traffic(supervised, ({ total }) => total.active === 1);
  assertEquals(listeners(during), [["localhost:0", 0], ["127.0.0.1:0", 1]]);
  await old.closeWrite();
  assertEquals((await readAll(old)).length, 0);
  old.close();
  const after = await traffic(
    supervised,
    ({ listeners }) => listeners.length === 1,
  );
  assertEquals(listeners(after), [["localhost:0", 0]]);
  const counts = await control.planes.counts();
  const accepted =
    'passthru_connections_accepted_total{listener="127.0.0.1:0"}';
  assertEquals(samples(counts).get(accepted), 1);
  assertEquals(samples(counts).get(accepted), undefined);
  assertEquals(counts.traffic().total.connections, 1);
});

Deno.test("workers' counts: nothing is counted unless it is asked for", async () => {
  await using target = namedEcho("target");
  await using supervised = supervise(WORKER);
  await supervised.control.serve(plan(target));
  assertEquals(await ask(supervised.port(), "ask 1\n"), "target");
  const { total, listeners } = (await supervised.control.planes.counts())
    .traffic();
  assertEquals([total.connections, listeners], [0, []]);
});
