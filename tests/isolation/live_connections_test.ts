/** The control plane sees, explains and closes single connections. */
import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import { describeConnection } from "../../src/admin/describe_connection.ts";
import type { Supervisor } from "../../src/control/supervisor.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { Detector } from "../../src/detect/detector.ts";
import { Registry } from "../../src/detect/registry.ts";
import type {
  ConnectionQuery,
  ConnectionView,
} from "../../src/observe/connection_view.ts";
import { helloRecord } from "../support/client_hello.ts";
import {
  closeQuietly,
  connectLocal,
  expectEnd,
  expectText,
  promptEcho,
} from "../support/dialogue.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import {
  logged,
  planOf,
  supervise,
  type Supervised,
} from "../support/supervise.ts";
import { bytesOf, readExactly, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";
import { boom, crashing } from "./fixtures/crashing.ts";
import { stalling } from "./fixtures/stalling.ts";

const WORKER = new URL("../../src/worker.ts", import.meta.url);
const CRASH_WORKER = new URL("fixtures/crash_worker.ts", import.meta.url);
const STALLING_WORKER = new URL(
  "fixtures/stalling_worker.ts",
  import.meta.url,
);
const REGISTRY = new Registry(BUILTINS);
const PLACES = [["workers", WORKER], ["this thread", REGISTRY]] as const;
const QUIET = { log: { level: "error" } };
const HELLO = helloRecord({ sni: "shop.example" });

/** Serves a config that says nothing of connections in its log. */
async function serve(
  worker: URL | Registry,
  server: unknown,
  { workers = 2, ...top }: Record<string, unknown> = QUIET,
): Promise<Supervised> {
  const supervised = supervise(worker, { isObserved: () => true });
  const config = { ...oneServer(server) as object, workers, ...top };
  await supervised.control.serve(planOf(config, REGISTRY));
  return supervised;
}

/** Waits for exactly so many connections that fit. */
async function found(
  control: Supervisor,
  count: number,
  query: ConnectionQuery = {},
): Promise<readonly ConnectionView[]> {
  const what = `${count} connections by ${JSON.stringify(query)}`;
  return await until(what, async () => {
    const { matched, connections } = await control.planes.desk.find(query);
    return matched === count ? connections : null;
  });
}

/** Waits for all reports of so many connections, from now on. */
function reported(control: Supervisor, count: number) {
  const { promise, resolve } = Promise.withResolvers<ConnectionView[]>();
  const seen: ConnectionView[] = [];
  const stop = control.planes.reports.add((batch) => {
    seen.push(...batch);
    if (seen.length >= count) resolve(seen);
  });
  return within(`${count} reports`, promise).finally(stop);
}

for (const [place, worker] of PLACES) {
  Deno.test(`live connections in ${place}: one is seen forwarding, found by its name, and closed by its number`, async () => {
    await using target = promptEcho("target");
    const tls = forwardTo(target.address);
    await using supervised = await serve(
      worker,
      { TLS: tls },
      worker instanceof Registry ? {} : QUIET,
    );
    const { control } = supervised;
    using conn = await connectLocal(supervised.port());
    using other = await connectLocal(supervised.port());
    await writeAll(conn, HELLO);
    await readExactly(conn, "target:".length + HELLO.length);
    const [view] = await found(control, 1, { q: "SHOP.example tls" });
    assertEquals(
      [view!.phase, view!.protocol, view!.rule, view!.target, view!.reason],
      ["forwarding", "TLS", "TLS/CATCHALL", target.address, null],
    );
    assertEquals(view!.facts["sni"], "shop.example");
    assertEquals(view!.bytes_up, HELLO.length);
    const [silent] = await found(control, 1, { q: "peeking" });
    assert(silent!.id !== view!.id);

    await writeAll(conn, bytesOf("more"));
    await expectText(conn, "more");
    await until("the bytes to be counted", async () => {
      const [now] = await found(control, 1, { sort: "bytes", protocol: "TLS" });
      return now!.bytes_up === HELLO.length + 4 ? now! : null;
    });

    const reports = reported(control, 1);
    assertEquals(await control.planes.desk.close(view!.id), true);
    await within("the end of the connection", expectEnd(conn));
    assertEquals(
      (await reports).map(({ id, reason }) => [id, reason]),
      [[view!.id, "closed_by_admin"]],
    );
    const query = { state: "recent", reason: "closed_by_admin" } as const;
    assertEquals((await found(control, 1, query))[0]!.id, view!.id);
    assertEquals(await control.planes.desk.close(view!.id), false);
    if (worker instanceof Registry) {
      const [line] = await logged(supervised, "connection");
      assertEquals(line!["reason"], "closed_by_admin");
    }
    // One that is peeked at can be closed, too.
    assertEquals(await control.planes.desk.close(silent!.id), true);
    await within("the end of the other", expectEnd(other));
    await found(control, 2, query);
  });

  Deno.test(`live connections in ${place}: those of a generation that drains are there, with its own rules`, async () => {
    await using target = promptEcho("target");
    const action = { action: "FORWARD", to_addr: target.address };
    const old = { "SNI shop.example": action };
    await using supervised = await serve(worker, { TLS: old });
    const { control } = supervised;
    using conn = await connectLocal(supervised.port());
    await writeAll(conn, HELLO);
    await readExactly(conn, "target:".length);
    const config = oneServer({ TLS: { CATCHALL: { action: "REJECT" } } });
    await control.serve(planOf({ ...config as object, ...QUIET }, REGISTRY));
    const [view] = await found(control, 1);
    assertEquals([view!.phase, view!.generation], ["forwarding", 1]);
    const detail = await describeConnection(control.planes.desk, view!.id);
    assertMatch(detail!.explanation!.text, /rule +TLS\/SNI shop\.example:/);
    assertEquals(detail!.explanation!.notes, []);

    // Who watched before it is watched in the new one as well.
    const reports = reported(control, 2);
    using rejected = await connectLocal(supervised.port());
    await writeAll(rejected, HELLO);
    await expectEnd(rejected);
    await control.planes.desk.close(view!.id);
    const ended = (await reports).sort((a, b) => a.id - b.id);
    assertEquals(
      ended.map(({ generation, reason }) => [generation, reason]),
      [[1, "closed_by_admin"], [2, "rejected"]],
    );
  });

  Deno.test(`live connections in ${place}: those that ended are remembered when their generation is gone, with its own rules`, async () => {
    await using supervised = await serve(worker, {
      TLS: { "SNI shop.example": { action: "REJECT" } },
    });
    const { control } = supervised;
    using conn = await connectLocal(supervised.port());
    await writeAll(conn, HELLO);
    await expectEnd(conn);
    const recent = { state: "recent" } as const;
    const [view] = await found(control, 1, recent);
    const config = oneServer({ TLS: { CATCHALL: { action: "REJECT" } } });
    await control.serve(planOf({ ...config as object, ...QUIET }, REGISTRY));
    await until("the end of the old generation", () => {
      const all = control.planes.states.map(({ generation }) => generation);
      return all.every((generation) => generation === 2) || null;
    });
    assertEquals(await found(control, 1, recent), [view!]);
    await found(control, 0);
    const detail = await describeConnection(control.planes.desk, view!.id);
    assertMatch(detail!.explanation!.text, /rule +TLS\/SNI shop\.example:/);
    assertEquals(detail!.explanation!.notes, []);
  });
}

Deno.test("live connections: 4 000 in several workers are counted, found and closed", async () => {
  await using supervised = await serve(
    WORKER,
    { CATCHALL: { CATCHALL: { action: "REJECT" } } },
    {
      ...QUIET,
      workers: 4,
      defaults: { detect_timeout: "10m", max_peek: "512B" },
    },
  );
  const { control } = supervised;
  const conns: Deno.TcpConn[] = [];
  try {
    while (conns.length < 4_000) {
      conns.push(
        ...await Promise.all(
          Array.from({ length: 200 }, () => connectLocal(supervised.port())),
        ),
      );
    }
    const all = await found(control, 4_000, { limit: 1_000 });
    assertEquals(all.length, 1_000);
    const ids = all.map(({ id }) => id);
    assertEquals(new Set(ids).size, 1_000, "no number twice");
    const times = all.map((view) => view.accepted_at);
    assertEquals(times, times.toSorted((a, b) => b - a), "newest first");
    assert(new Set(all.map((view) => view.worker)).size > 1);
    const { port } = conns[1_234]!.localAddr;
    const [one] = await found(control, 1, { q: `127.0.0.1:${port}` });
    await control.planes.desk.close(one!.id);
    await within("its end", expectEnd(conns[1_234]!));
    await found(control, 3_999);
  } finally {
    for (const conn of conns) closeQuietly(conn);
  }
  await found(control, 0);
});

/** A server with connections in both of its workers. */
interface Held extends AsyncDisposable {
  readonly control: Supervisor;
  readonly supervised: Supervised;
  /** The numbers of each worker's connections, as they are listed. */
  readonly ids: readonly (readonly number[])[];
}

/** Opens connections until both workers have some, and leaves them open. */
async function holdInBoth(
  { worker, detector, opening }: {
    worker: URL;
    detector: Detector;
    opening: string;
  },
): Promise<Held> {
  await using stack = new AsyncDisposableStack();
  const target = stack.use(promptEcho("target"));
  const supervised = stack.use(supervise(worker, { isObserved: () => true }));
  const { control } = supervised;
  const server = oneServer({ [detector.name]: forwardTo(target.address) });
  const config = { ...server as object, workers: 2, ...QUIET };
  const registry = new Registry([...BUILTINS, detector]);
  await control.serve(planOf(config, registry));
  const views = await until("connections in both workers", async () => {
    const conn = await connectLocal(supervised.port());
    stack.defer(() => closeQuietly(conn));
    await writeAll(conn, bytesOf(opening));
    await expectText(conn, `target:${opening}`);
    const { connections } = await control.planes.desk.find({});
    return new Set(connections.map((view) => view.worker)).size === 2
      ? connections
      : null;
  });
  const lists = [...Map.groupBy(views, (view) => view.worker).values()];
  const kept = stack.move();
  return {
    control,
    supervised,
    ids: lists.map((list) => list.map(({ id }) => id)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Waits until only the connections of one worker are listed. */
async function onlyOne({ control, ids }: Held): Promise<readonly number[]> {
  return await until("the connections of one worker", async () => {
    const { connections } = await control.planes.desk.find({});
    const now = connections.map(({ id }) => id);
    return ids.find((known) => `${known}` === `${now}`) ?? null;
  });
}

Deno.test("live connections: those of a worker that has died are gone, and the others still answer", async () => {
  await using held = await holdInBoth({
    worker: CRASH_WORKER,
    detector: crashing(() => {}),
    opening: "hold on\n",
  });
  const { control, supervised, ids } = held;
  using killer = await connectLocal(supervised.port());
  await writeAll(killer, bytesOf(boom("timer")));
  await logged(supervised, "worker crashed");
  const left = await onlyOne(held);
  const [dead] = ids.flat().filter((id) => !left.includes(id));
  assertEquals(await control.planes.desk.show(dead!), null);
  assertEquals(await control.planes.desk.close(dead!), false);
});

Deno.test("live connections: a worker that is busy does not answer, those of the others are listed, and its own can be closed", async () => {
  await using held = await holdInBoth({
    worker: STALLING_WORKER,
    detector: stalling(),
    opening: "hold",
  });
  const { control, supervised, ids } = held;
  using staller = await connectLocal(supervised.port());
  await writeAll(staller, bytesOf("stall"));
  const answering = await onlyOne(held);
  const [busy] = ids.flat().filter((id) => !answering.includes(id));
  assertEquals(await control.planes.desk.close(busy!), true);
  // The one that held it up is there, too.
  await found(control, ids.flat().length);
});

Deno.test("live connections: nothing is known where nobody asked for it", async () => {
  await using target = promptEcho("target");
  const config = oneServer({ TLS: forwardTo(target.address) });
  await using supervised = supervise(WORKER);
  const { control } = supervised;
  await control.serve(planOf({ ...config as object, ...QUIET }, REGISTRY));
  control.planes.reports.add(() => fail("nobody observes"));
  using conn = await connectLocal(supervised.port());
  await writeAll(conn, HELLO);
  await readExactly(conn, "target:".length);
  const { matched } = await control.planes.desk.find({ state: "all" });
  assertEquals(matched, 0);
  assertEquals(await control.planes.desk.close(1), false);
  assertEquals(await describeConnection(control.planes.desk, 1), null);
});
