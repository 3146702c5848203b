/** Limits hold over all workers of the process, whatever becomes of them. */
import { assert, assertEquals } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { configFile, reload } from "../support/config_file.ts";
import { promptEcho } from "../support/dialogue.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { logged, planOf, supervise } from "../support/supervise.ts";
import {
  leaveAll,
  visit,
  visitAll,
  type Visitor,
} from "../support/visitors.ts";
import { until } from "../support/wait.ts";
import { boom, crashing } from "./fixtures/crashing.ts";

const CRASH_WORKER = new URL("fixtures/crash_worker.ts", import.meta.url);
/** More than any limit here. */
const CROWD = 60;

/** A config with these options. */
function limited(to: string, options: object, more: object = {}): unknown {
  const server = { options, CATCHALL: forwardTo(to), ...more };
  return oneServer(server);
}

/**
 * Lets a crowd in until so many are in at once: the places of those that have
 * left are given back a moment later.
 */
async function fill(port: number, count: number): Promise<Visitor[]> {
  const inside: Visitor[] = [];
  return await until(`${count} places`, async () => {
    inside.push(...await visitAll(port, CROWD));
    assert(inside.length <= count, `${inside.length} of ${count} are in`);
    return inside.length === count ? inside : null;
  });
}

for (
  const [name, args] of [
    ["three workers", ["-w", "3"]],
    ["one thread", ["--isolation", "none"]],
  ] as const
) {
  Deno.test(`limits, ${name}: a crowd that comes at once gets exactly the places there are`, async () => {
    await using echo = promptEcho("echo");
    for (const limit of ["max_connections", "max_connections_per_ip"]) {
      await using passthru = await startPassthru(
        limited(echo.address, { [limit]: 10 }),
        { args: [...args, "--log-level", "debug"] },
      );
      const [port] = passthru.ports;
      const first = await visitAll(port!, CROWD);
      assertEquals(first.length, 10);
      const refused = await passthru.line(({ reason }) => reason === "limit");
      assertEquals(refused["error"], `${limit} 10 reached`);
      assertEquals(refused["level"], "debug");
      await leaveAll(first);
      const second = await fill(port!, 10);
      for (const visitor of second) visitor.reset();
      await leaveAll(await fill(port!, 10));
    }
  });
}

Deno.test("limits: refused connections are not in the log that users have", async () => {
  await using echo = promptEcho("echo");
  await using passthru = await startPassthru(
    limited(echo.address, { deny: ["127.0.0.0/8"], idle_timeout: "1s" }),
  );
  assertEquals(await visitAll(passthru.ports[0]!, 20), []);
  passthru.kill("SIGTERM");
  assertEquals(await passthru.exit, 0);
  assertEquals(
    passthru.lines.filter(({ msg }) => msg === "connection"),
    [],
  );
});

Deno.test("limits: connections of the old generation count after a reload, until they end", async () => {
  await using echo = promptEcho("echo");
  const config = (most: number) =>
    limited(echo.address, {
      max_connections: most,
      max_connections_per_ip: most,
    });
  await using file = await configFile();
  await using passthru = await startPassthru(config(10), {
    file: file.path,
    args: ["-w", "2"],
  });
  const [port] = passthru.ports;
  const old = await visitAll(port!, CROWD);
  assertEquals(old.length, 10);
  const { msg } = await reload(passthru, file, config(13));
  assertEquals(msg, "reloaded");
  const young = await visitAll(port!, CROWD);
  assertEquals(young.length, 3);
  await leaveAll(old);
  await leaveAll([...young, ...await fill(port!, 10)]);
  // The old generation is gone by now, or as good as.
  await leaveAll(await fill(port!, 13));
});

for (const limit of ["max_connections", "max_connections_per_ip"]) {
  Deno.test(`limits: a worker that crashes gives back what it held of ${limit}`, async () => {
    await using echo = promptEcho("echo");
    await using supervised = supervise(CRASH_WORKER);
    const registry = new Registry([...BUILTINS, crashing(() => {})]);
    const config = limited(echo.address, { [limit]: 20 }, {
      CRASH: forwardTo(echo.address),
    });
    await supervised.control.serve(planOf(
      { ...config as object, workers: 2, log: { level: "error" } },
      registry,
    ));
    const port = supervised.port();
    for (let round = 1; round <= 2; round++) {
      const held = await fill(port, 20);
      await held.pop()!.leave();
      await until("the end of a worker", async () => {
        const say = boom("timer");
        await using _ = await visit(port, { say });
        const crashes = supervised.lines.filter(({ msg }) =>
          msg === "worker crashed"
        );
        return crashes.length >= round ? true : null;
      });
      await logged(supervised, "worker crashed", round);
      // Some were of the worker that lives; they leave by themselves.
      await leaveAll(held);
      await leaveAll(await fill(port, 20));
    }
  });
}
