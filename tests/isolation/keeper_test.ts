/** The worker that holds the listening sockets and sleeps. */
import { assertEquals, assertRejects } from "@std/assert";
import { KEEPER_URL } from "../../src/cli/isolation.ts";
import type { ListenerPlan } from "../../src/config/plan.ts";
import { Anchors } from "../../src/control/anchors.ts";
import type { DescriptorReserve } from "../../src/control/descriptor_reserve.ts";
import { giveWhenBusy } from "../../src/control/socket_handover.ts";
import {
  sleepingKeeper,
  type SocketKeeper,
} from "../../src/control/socket_keeper.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { Logger } from "../../src/observe/log.ts";
import { listen } from "../../src/net/listen.ts";
import { untilRefused } from "../support/close_listener.ts";
import { connectLocal } from "../support/dialogue.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { planOf } from "../support/supervise.ts";
import { bytesOf, readAll, textOf, writeAll } from "../support/tcp.ts";
import { untilPlanes, workerThreads } from "../support/threads.ts";
import { until } from "../support/wait.ts";

/** Clients whose effect on the main thread is looked at. */
const CLIENTS = 200;
/** So many come together, which is many a second on a busy machine too. */
const AT_ONCE = 20;
/** How often it may be woken meanwhile, by something else. */
const MOST_WAKES = CLIENTS / 4;

const KEEPER = sleepingKeeper(KEEPER_URL);

function listeners(): readonly ListenerPlan[] {
  const config = oneServer({ CATCHALL: forwardTo("127.0.0.1:1") });
  return planOf(config, new Registry(BUILTINS)).listeners;
}

/** A client that has said something, before anybody accepts it. */
async function early(anchors: Anchors, said: string): Promise<Deno.TcpConn> {
  const conn = await connectLocal(anchors.bound[0]!.address.port);
  await writeAll(conn, bytesOf(said));
  await conn.closeWrite();
  return conn;
}

/** What the first client says that is in the queue. */
async function firstWords(anchors: Anchors): Promise<string> {
  const { address } = anchors.bound[0]!;
  const place = { ...address, text: "here" };
  using listener = listen(place, { backlog: 1, shared: true });
  using conn = await listener.accept();
  return textOf(await readAll(conn));
}

Deno.test("keeper: who connects while nobody accepts is served by who listens next", async () => {
  const anchors = await Anchors.open(listeners(), null);
  await anchors.giveTo(KEEPER);
  using _client = await early(anchors, "early");
  const next = await Anchors.open(listeners(), anchors);
  await anchors.close();
  assertEquals(next.bound, anchors.bound, "the same port");
  assertEquals(await firstWords(next), "early");
  await next.close();
});

Deno.test("keeper: nothing listens any more when the sockets are closed, nor when that is while they are given to it", async () => {
  for (const settled of [true, false]) {
    const anchors = await Anchors.open(listeners(), null);
    const given = anchors.giveTo(KEEPER);
    if (settled) await given;
    await anchors.close();
    await untilRefused(anchors.bound[0]!.address);
    await given;
  }
});

Deno.test("keeper: where it cannot be started the sockets stay where they were", async () => {
  const anchors = await Anchors.open(listeners(), null);
  const broken = new URL("data:text/javascript,throw new Error('not today')");
  await assertRejects(
    () => anchors.giveTo(sleepingKeeper(broken)),
    Error,
    "not today",
  );
  using _client = await early(anchors, "early");
  assertEquals(await firstWords(anchors), "early");
  await anchors.close();
});

Deno.test("keeper: one that dies holds up nobody who closes the sockets", async () => {
  for (const wait of ["", "Atomics.wait(new Int32Array(released), 0, 0);"]) {
    const source = `onmessage = ({ data: { released } }) => {
      postMessage("kept");
      ${wait}
      throw new Error("dead");
    };
    postMessage("loaded");`;
    const url = `data:text/javascript,${encodeURIComponent(source)}`;
    const anchors = await Anchors.open(listeners(), null);
    await anchors.giveTo(sleepingKeeper(new URL(url)));
    await anchors.close();
    await untilRefused(anchors.bound[0]!.address);
  }
});

/** Has clients come, as their numbers tell, until the sockets are given away. */
async function givenWhen(
  anchors: Anchors,
  keeper: SocketKeeper,
  claim: DescriptorReserve["claim"],
): Promise<void> {
  const ids = new SharedArrayBuffer(4);
  const given = Promise.withResolvers<void>();
  giveWhenBusy(anchors, {
    keeper: async (plans) => {
      const kept = await keeper(plans);
      given.resolve();
      return kept;
    },
    ids,
    reserve: { claim },
    logger: new Logger({ write: () => {} }),
  });
  const timer = setInterval(() => Atomics.add(new Int32Array(ids), 0, 50), 50);
  await given.promise.finally(() => clearInterval(timer));
}

Deno.test("keeper: it is not started while descriptors for it are missing, and gets those that are kept", async () => {
  const anchors = await Anchors.open(listeners(), null);
  let attempts = 0;
  let claimed = 0;
  await givenWhen(anchors, KEEPER, (workers, sockets) => {
    assertEquals([workers, sockets], [1, 1]);
    if (++attempts === 1) throw new Error("too many open files");
    claimed++;
    return { [Symbol.dispose]: () => claimed-- };
  });
  await until("the descriptors to be given back", () => claimed === 0 || null);
  assertEquals(attempts, 2);
  using _client = await early(anchors, "early");
  assertEquals(await firstWords(anchors), "early");
  await anchors.close();
});

/** How often a process's main thread has gone to sleep by itself so far. */
async function sleeps(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/task/${pid}/status`);
  return Number(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(status)![1]);
}

Deno.test("keeper: it is started when many clients come, and the main thread sleeps from then on", async () => {
  await using echo = namedEcho("echo");
  await using passthru = await startPassthru(
    oneServer({ CATCHALL: forwardTo(echo.address) }),
    { args: ["-w", "1"] },
  );
  assertEquals(await ask(passthru.ports[0]!, "x"), "echo");
  await untilPlanes(passthru.pid, 1);
  await until("clients that do not wake the main thread", async () => {
    // On a busy machine they may be too few for a keeper, and wake nobody either.
    const isKept = await workerThreads(passthru.pid) === 2;
    const before = await sleeps(passthru.pid);
    for (let i = 0; i < CLIENTS; i += AT_ONCE) {
      const clients = Array.from(
        { length: AT_ONCE },
        () => ask(passthru.ports[0]!, "x"),
      );
      assertEquals(new Set(await Promise.all(clients)), new Set(["echo"]));
    }
    const wakes = await sleeps(passthru.pid) - before;
    return (isKept && wakes < MOST_WAKES) || null;
  });
});
