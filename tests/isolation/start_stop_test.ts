/** Starts, reloads and stops that get in each other's way. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DATAGRAM_WORKER_URL, WORKER_URL } from "../../src/cli/isolation.ts";
import type { Plan } from "../../src/config/plan.ts";
import { datagramPlanes } from "../../src/control/datagram_planes.ts";
import type { PlaneMemory } from "../../src/control/plane.ts";
import { ProcessMemory } from "../../src/control/process_memory.ts";
import { workerPlanes } from "../../src/control/worker_plane.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { Logger } from "../../src/observe/log.ts";
import { TargetBoard } from "../../src/upstream/target_board.ts";
import { untilRefused } from "../support/close_listener.ts";
import { configFile } from "../support/config_file.ts";
import { connectLocal } from "../support/dialogue.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { PASSTHRU } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { planOf, supervise } from "../support/supervise.ts";
import { until, within } from "../support/wait.ts";

const registry = new Registry(BUILTINS);
/** Longest that may take what waits for nobody, in milliseconds. */
const AT_ONCE_MS = 2_000;
const EMPTY_WORKER = new URL("fixtures/empty_worker.ts", import.meta.url);
const NO_TLS = 'Cannot route: there is no detector "TLS"';

/** A Plan that the worker without detectors cannot serve. */
function plan(workers: number) {
  const config = oneServer({ TLS: forwardTo("127.0.0.1:1") }) as object;
  return planOf({ ...config, workers }, registry);
}

/** What the only data plane of a Plan gets. */
function memoryOf(plan: Plan): PlaneMemory {
  const targets = new TargetBoard(plan, 1).share(0);
  return { process: new ProcessMemory(), targets };
}

/** Makes data planes for datagrams, and a Plan for them. */
function datagrams() {
  const servers = { "127.0.0.1:0/udp": { CATCHALL: "127.0.0.1:1" } };
  const plan = planOf({ version: "v1.0.0", servers }, registry);
  const logger = new Logger({ write: () => {} });
  const make = datagramPlanes(DATAGRAM_WORKER_URL, logger);
  return { make: () => make(plan, memoryOf(plan)) };
}

/** Collects what a process writes. */
class TextReader {
  text = "";
  readonly ended: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.ended = (async () => {
      const decoded = stream.pipeThrough(new TextDecoderStream());
      for await (const text of decoded) this.text += text;
    })();
  }
}

Deno.test("start: when the workers cannot start, it fails and says why", async () => {
  await using supervised = supervise(EMPTY_WORKER);
  await within(
    "the failed start",
    assertRejects(() => supervised.control.serve(plan(3)), Error).then((
      { message },
    ) => assertEquals(message, NO_TLS)),
  );
  assertEquals(supervised.control.listeners, []);
});

Deno.test("stop: a worker that could not start can be stopped", async () => {
  const plane = workerPlanes(EMPTY_WORKER)(plan(1), memoryOf(plan(1)));
  assertEquals((await assertRejects(() => plane.ready, Error)).message, NO_TLS);
  assertEquals(await within("the stop", plane.stop(0), AT_ONCE_MS), 0);
});

Deno.test("stop: a worker that has not started yet never will, and who waits for it hears so", async () => {
  const plane = workerPlanes(WORKER_URL)(plan(1), memoryOf(plan(1)));
  const ready = assertRejects(() => plane.ready, Error, "stopped");
  assertEquals(await within("the stop", plane.stop(0), AT_ONCE_MS), 0);
  await within("the rejection", ready, AT_ONCE_MS);
});

Deno.test("stop: the worker for datagrams does not start either", async () => {
  const { make } = datagrams();
  const plane = make();
  const ready = assertRejects(() => plane.ready, Error, "stopped");
  assertEquals(await within("the stop", plane.stop(0), AT_ONCE_MS), 0);
  await within("the rejection", ready, AT_ONCE_MS);
  assertEquals(plane.bound, []);
});

Deno.test("reload: the worker for datagrams that is still starting belongs to the last Plan", async () => {
  const { make } = datagrams();
  const first = make();
  const second = make();
  await within("the start", Promise.all([first.ready, second.ready]));
  try {
    const bound = [first, second].map((plane) => plane.bound!.length);
    assertEquals(bound, [0, 1]);
  } finally {
    await first.stop(0);
    await second.stop(0);
  }
});

Deno.test("stop: one that comes in the middle of a reload stops all", async () => {
  await using echo = namedEcho("echo");
  await using supervised = supervise(WORKER_URL);
  const { control } = supervised;
  const served = planOf({
    ...oneServer({ CATCHALL: forwardTo(echo.address) }) as object,
    log: { level: "error" },
  }, registry);
  await control.serve(served);
  const port = supervised.port();
  assertEquals(await ask(port, "x"), "echo");
  const reload = control.serve(served).catch(() => {});
  const stopped = control.stop(1_000);
  await within("the reload and the stop", Promise.all([reload, stopped]));
  await untilRefused({ port });
});

Deno.test("reload: a signal that comes before all is ready is not lost", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const [port] = freePorts(1) as [number];
  const config = (to: string) => ({
    version: "v1.0.0",
    servers: { [`127.0.0.1:${port}`]: { CATCHALL: forwardTo(to) } },
    // So many take a while to start; the socket is bound before them.
    workers: 16,
  });
  await using file = await configFile(config(one.address));
  const child = new Deno.Command(Deno.execPath(), {
    args: [...PASSTHRU, "-c", file.path],
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const log = new TextReader(child.stderr);
  try {
    await until("the socket", async () => {
      const conn = await connectLocal(port).catch(() => null);
      conn?.close();
      return conn;
    });
    await file.write(config(two.address));
    child.kill("SIGHUP");
    const ended = await until("the reload", () => / reload.*/.exec(log.text));
    assertMatch(ended[0], /^ reloaded .* -> /);
    assertEquals(await ask(port, "x"), "two");
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await log.ended;
  }
});
