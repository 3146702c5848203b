/** A worker that starts before the control plane wants it. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { type Isolation, WORKER_URL } from "../../src/cli/isolation.ts";
import { startEarly } from "../../src/cli/run/early_start.ts";
import type { Plan } from "../../src/config/plan.ts";
import { EarlyWorker } from "../../src/control/early_worker.ts";
import { absence } from "../../src/control/presence.ts";
import { ProcessMemory } from "../../src/control/process_memory.ts";
import { workerPlanes } from "../../src/control/worker_plane.ts";
import { fits, workerSpec } from "../../src/control/worker_start.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { TargetBoard } from "../../src/upstream/target_board.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo } from "../support/passthru.ts";
import { ROOT } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { PseudoTerminal } from "../support/pseudo_terminal.ts";
import { namedEcho } from "../support/services.ts";
import { planOf } from "../support/supervise.ts";
import { until, within } from "../support/wait.ts";

const registry = new Registry(BUILTINS);
const NEVER = new AbortController().signal;

/** A Plan with one server for everything. */
function plan(listen: string, to: string): Plan {
  const servers = { [listen]: { CATCHALL: forwardTo(to) } };
  return planOf({ version: "v1.0.0", servers }, registry);
}

/** What a module does to hold a lock as long as its worker lives. */
const hold = (lock: string) =>
  `navigator.locks.request("${lock}", () => new Promise(() => {}));`;

/** A worker's module. */
function moduleOf(source: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

/** The part of `navigator.locks` that is used here. */
interface LockManager {
  query(): Promise<{ held: { name: string }[] }>;
}

/** Waits until a worker holds a lock. */
async function untilHeld(lock: string): Promise<void> {
  const { locks } = navigator as unknown as { locks: LockManager };
  await until(`the lock ${lock}`, async () => {
    const { held } = await locks.query();
    return held.some(({ name }) => name === lock) || null;
  });
}

/** A channel that is closed in the end. */
function closing(channel: BroadcastChannel): BroadcastChannel & Disposable {
  return Object.assign(channel, {
    [Symbol.dispose]: () => channel.close(),
  });
}

/** A data plane of a worker's module. */
function planeOf(module: URL, plan: Plan, early: EarlyWorker) {
  const targets = new TargetBoard(plan, 1).share(0);
  const memory = { process: new ProcessMemory(), targets };
  return workerPlanes(module, early)(plan, memory);
}

Deno.test("early worker: it is taken once, and serves what it is told then", async () => {
  await using echo = namedEcho("echo");
  const [port] = freePorts(1) as [number];
  const served = plan(`127.0.0.1:${port}`, echo.address);
  const lock = crypto.randomUUID();
  // It has said that it is loaded long before somebody listens.
  const module = moduleOf(`import real from "${WORKER_URL}";
    export default (...detectors) => {
      real(...detectors);
      ${hold(lock)}
    };`);
  const spec = workerSpec(module, served);
  using early = new EarlyWorker(spec);
  await untilHeld(lock);
  const plane = planeOf(module, served, early);
  try {
    await within("the start", plane.ready);
    assertEquals(await ask(port, "x"), "echo");
    assertEquals(early.take(spec), null);
  } finally {
    await plane.stop(0);
  }
  await within("the end", absence(lock, NEVER));
});

Deno.test("early worker: one that ended before it was taken is reported as lost", async () => {
  const served = plan("127.0.0.1:1", "127.0.0.1:2");
  const lock = crypto.randomUUID();
  const module = moduleOf(`${hold(lock)}
    new BroadcastChannel("${lock}").onmessage = () => {
      throw new Error("nothing works here");
    };`);
  using early = new EarlyWorker(workerSpec(module, served));
  await untilHeld(lock);
  using channel = closing(new BroadcastChannel(lock));
  channel.postMessage("fail");
  await within("the end", absence(lock, NEVER));
  const plane = planeOf(module, served, early);
  const lost = await within("the loss", plane.lost);
  assertEquals(lost.kind, "crashed");
  assertMatch(lost.error, /nothing works here/);
  await plane.stop(0);
});

Deno.test("early worker: there is none where the port is not known yet, or nothing is for workers", () => {
  const start = (listen: string, isolation: Isolation) => {
    const served = plan(listen, "127.0.0.1:2");
    using early = startEarly(served, { isolation, readable: "/dev/null" });
    return early !== null;
  };
  assert(start("127.0.0.1:1", "worker"));
  assert(!start("127.0.0.1:0", "worker"));
  assert(!start("127.0.0.1:1", "none"));
  assert(!start("127.0.0.1:1/udp", "worker"));
});

Deno.test("early worker: one that nobody takes is ended", async () => {
  const served = plan("127.0.0.1:1", "127.0.0.1:2");
  const lock = crypto.randomUUID();
  {
    const module = moduleOf(hold(lock));
    using _early = new EarlyWorker(workerSpec(module, served));
    await untilHeld(lock);
  }
  await within("the end", absence(lock, NEVER));
});

Deno.test("early worker: one that may reach too little, or loads something else, is not taken", () => {
  const spec = workerSpec(WORKER_URL, plan(":443", "192.0.2.1:443"));
  const wanted = (listen: string, to: string, module = WORKER_URL) =>
    fits(spec, workerSpec(module, plan(listen, to)));
  assert(wanted(":443", "192.0.2.1:443"));
  // What is bound is one of the two that "all interfaces" may be.
  assert(wanted("[::]:443", "192.0.2.1:443"));
  assert(wanted("0.0.0.0:443", "192.0.2.1:443"));
  assert(!wanted(":444", "192.0.2.1:443"));
  assert(!wanted(":443", "192.0.2.1:444"));
  assert(!wanted(":443", "192.0.2.2:443"));
  assert(!wanted(":443", "unix:/run/app.sock"));
  assert(!wanted(":443", "192.0.2.1:443", new URL("file:///other.ts")));
  const fewer = workerSpec(WORKER_URL, plan("[::]:443", "192.0.2.1:443"));
  assert(!fits(fewer, spec));
});

programTest(
  ["script", "stty", "sh"],
  "early worker: on a terminal nobody is asked for a permission, the flag is named",
  async () => {
    const servers = { "127.0.0.1:0": { CATCHALL: forwardTo("192.0.2.1:443") } };
    const file = await Deno.makeTempFile({ suffix: ".json" });
    try {
      const config = JSON.stringify({ version: "v1.0.0", servers });
      await Deno.writeTextFile(file, config);
      await using terminal = new PseudoTerminal(
        `'${Deno.execPath()}' run --allow-read --allow-net=127.0.0.1 '${ROOT}main.ts' -c '${file}'`,
      );
      await terminal.prints(
        /^(Missing permissions: run with --allow-net=192|.*Deno requests)/m,
      );
      assertNotMatch(terminal.screen.main, /Deno requests/);
      assertEquals((await terminal.end()).code, 1);
    } finally {
      await Deno.remove(file);
    }
  },
);
