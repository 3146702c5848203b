import { assert, assertEquals, assertRejects, fail } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import type { Plan } from "../../src/config/plan.ts";
import { threadPlanes } from "../../src/control/thread_planes.ts";
import { planeCount } from "../../src/control/plane_count.ts";
import { Supervisor } from "../../src/control/supervisor.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { Logger } from "../../src/observe/log.ts";
import { untilRefused } from "../support/close_listener.ts";
import { forwardTo } from "../support/passthru.ts";
import { namedEcho } from "../support/services.ts";
import {
  bytesOf,
  closedPort,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "../support/tcp.ts";
import { until } from "../support/wait.ts";

const registry = new Registry(BUILTINS);

function planOf(servers: unknown, top: object = {}): Plan {
  const text = JSON.stringify({ version: "v1.0.0", servers, ...top });
  const { plan, diagnostics } = loadConfig(
    "x",
    new TextEncoder().encode(text),
    registry,
  );
  assert(plan, JSON.stringify(diagnostics));
  return plan;
}

function supervisor(): Supervisor {
  const logger = new Logger({ write: () => {} });
  return new Supervisor({
    makePlane: threadPlanes(registry, logger),
    logger,
    cores: 2,
    onFailure: (error) => fail(error.message),
  });
}

async function ask(port: number): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, bytesOf("x"));
  await conn.closeWrite();
  const answer = textOf(await readAll(conn));
  conn.close();
  return answer;
}

Deno.test("Supervisor: a new Plan takes over, the old connections go on", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const control = supervisor();
  await control.serve(
    planOf({ "127.0.0.1:0": { CATCHALL: forwardTo(one.address) } }),
  );
  const { port } = control.listeners[0]!.address;
  const old = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(old, bytesOf("begun "));
  await until("its connection", () => control.planes.connections > 0 || null);
  await control.serve(
    planOf({ "127.0.0.1:0": { CATCHALL: forwardTo(two.address) } }),
  );
  assertEquals(control.listeners[0]!.address.port, port, "the same socket");
  assertEquals(control.generation, 2);
  assertEquals(await ask(port), "two:x");
  await writeAll(old, bytesOf("before"));
  await old.closeWrite();
  assertEquals(textOf(await readAll(old)), "one:begun before");
  old.close();
  assertEquals(await control.stop(1_000), 0);
});

Deno.test("Supervisor: when a new listener cannot be bound, all goes on as it was", async () => {
  await using one = namedEcho("one");
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const control = supervisor();
  const server = { CATCHALL: forwardTo(one.address) };
  await control.serve(planOf({ "127.0.0.1:0": server }));
  const { port } = control.listeners[0]!.address;
  const free = closedPort();
  await assertRejects(
    () =>
      control.serve(planOf({
        "127.0.0.1:0": { CATCHALL: { CATCHALL: { action: "REJECT" } } },
        [`127.0.0.1:${free}`]: server,
        [`127.0.0.1:${taken.addr.port}`]: server,
      })),
    Error,
    "address already in use",
  );
  assertEquals(await ask(port), "one:x");
  assertEquals(control.listeners.map(({ text }) => text), ["127.0.0.1:0"]);
  await untilRefused({ port: free });
  await control.stop(0);
});

Deno.test("Supervisor: a Plan that cannot be served for another reason leaves no socket behind", async () => {
  await using one = namedEcho("one");
  const server = { CATCHALL: forwardTo(one.address) };
  const control = supervisor();
  const free = closedPort();
  // Nothing here serves datagrams.
  const plan = planOf({
    [`127.0.0.1:${free}`]: server,
    "127.0.0.1:0/udp": { CATCHALL: one.address },
  });
  await assertRejects(() => control.serve(plan), TypeError, "datagrams");
  await untilRefused({ port: free });
  await control.stop(0);
});

Deno.test("Supervisor: listeners are added and removed", async () => {
  await using one = namedEcho("one");
  const server = { CATCHALL: forwardTo(one.address) };
  const [a, b] = [closedPort(), closedPort()];
  const control = supervisor();
  await control.serve(planOf({ [`127.0.0.1:${a}`]: server }));
  await control.serve(planOf({
    [`127.0.0.1:${a}`]: server,
    [`127.0.0.1:${b}`]: server,
  }));
  assertEquals(await ask(a), "one:x");
  assertEquals(await ask(b), "one:x");
  await control.serve(planOf({ [`127.0.0.1:${b}`]: server }));
  assertEquals(await ask(b), "one:x");
  await until("the end", () => control.planes.connections === 0 || null);
  await untilRefused({ port: a });
  await control.stop(0);
  await untilRefused({ port: b });
});

Deno.test("Supervisor: an old generation is closed when reload_timeout is over", async () => {
  await using one = namedEcho("one");
  const plan = planOf(
    { "127.0.0.1:0": { CATCHALL: forwardTo(one.address) } },
    { reload_timeout: "50ms" },
  );
  const control = supervisor();
  await control.serve(plan);
  const { port } = control.listeners[0]!.address;
  const old = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(old, bytesOf("x"));
  await until("its connection", () => control.planes.connections > 0 || null);
  await control.serve(plan);
  assertEquals((await readExactly(old, 1)).length, 0);
  old.close();
  await control.stop(0);
});

Deno.test("planeCount() is one a core, by default at most four", () => {
  const plan = (workers: number | null) => ({ workers }) as Plan;
  assertEquals(planeCount(plan(null), 2), 2);
  assertEquals(planeCount(plan(null), 64), 4);
  assertEquals(planeCount(plan(0), 64), 64);
  assertEquals(planeCount(plan(7), 2), 7);
});
