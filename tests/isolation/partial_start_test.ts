/** A new generation of which one worker starts and another does not. */
import { assertEquals, assertRejects, fail } from "@std/assert";
import { WORKER_URL } from "../../src/cli/isolation.ts";
import type { Plane, PlaneMaker } from "../../src/control/plane.ts";
import { Supervisor } from "../../src/control/supervisor.ts";
import { workerPlanes } from "../../src/control/worker_plane.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { PassthruError } from "../../src/errors.ts";
import { Logger } from "../../src/observe/log.ts";
import {
  closeQuietly,
  connectLocal,
  expectText,
  promptEcho,
} from "../support/dialogue.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { planOf } from "../support/supervise.ts";
import { bytesOf, readExactly, textOf, writeAll } from "../support/tcp.ts";
import { until } from "../support/wait.ts";

const registry = new Registry(BUILTINS);

/** A data plane that never comes up, but fails when the test says so. */
function failingPlane(up: Promise<never>): Plane {
  return {
    ready: up,
    quiet: Promise.resolve(),
    lost: new Promise(() => {}),
    connections: 0,
    stop: () => Promise.resolve(0),
    update: () => {},
    close: () => {},
    ask: () => Promise.resolve(null),
  };
}

/** Connects until a target of that name answers; the connection stays open. */
async function connectTo(port: number, name: string): Promise<Deno.TcpConn> {
  return await until(`a connection to ${name}`, async () => {
    const conn = await connectLocal(port);
    await writeAll(conn, bytesOf("x"));
    if (textOf(await readExactly(conn, 5)) === `${name}:x`) return conn;
    conn.close();
    return null;
  });
}

Deno.test("reload: what a new generation has accepted before it fails is not cut off", async () => {
  await using one = promptEcho("one");
  await using two = promptEcho("two");
  const plan = (to: string, workers: number) =>
    planOf({
      ...oneServer({ CATCHALL: forwardTo(to) }) as object,
      log: { level: "error" },
      workers,
    }, registry);
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const real = workerPlanes(WORKER_URL);
  let made = 0;
  // The first serves the first Plan, the second and the third the next one.
  const makePlane: PlaneMaker = (...args) =>
    ++made === 3 ? failingPlane(promise) : real(...args);
  const control = new Supervisor({
    makePlane,
    logger: new Logger({ write: () => {} }),
    cores: 2,
    onFailure: (error) => fail(error.message),
  });
  await control.serve(plan(one.address, 1));
  const { port } = control.listeners[0]!.address;
  const reload = assertRejects(
    () => control.serve(plan(two.address, 2)),
    Error,
    "no room",
  );
  const conn = await connectTo(port, "two");
  reject(new PassthruError("no room", { code: "EMFILE", source: "config" }));
  await reload;
  try {
    assertEquals(await ask(port, "x"), "one", "the old Plan goes on");
    await writeAll(conn, bytesOf("more"));
    await expectText(conn, "more");
  } finally {
    closeQuietly(conn);
    await control.stop(0);
  }
});
