import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import type { DialTarget } from "../../src/upstream/dial_target.ts";
import { dialTarget } from "../../src/upstream/dial_target.ts";
import { HealthChecks } from "../../src/upstream/health_checks.ts";
import { blackHole } from "../support/black_hole.ts";
import { targetPlan } from "../support/target_plan.ts";
import { closedPort } from "../support/tcp.ts";
import { until } from "../support/wait.ts";

const HEALTH = { intervalMs: 5, timeoutMs: 500, fall: 1, rise: 1 };

function at(port: number) {
  const hostname = "127.0.0.1";
  return targetPlan(1, {
    address: { text: `${hostname}:${port}`, hostname, port },
  });
}

/** Checks targets until each has so many results. */
async function results(
  ports: readonly number[],
  count: number,
  dial: DialTarget = dialTarget,
): Promise<(string | null)[][]> {
  const found = ports.map((): (string | null)[] => []);
  const checks = new HealthChecks(
    ports.map((port, i) => ({
      target: at(port),
      health: HEALTH,
      onResult: (why) => found[i]!.push(why),
    })),
    { dial, random: Math.random },
  );
  checks.start();
  await until(
    "the checks",
    () => found.every(({ length }) => length >= count) ? true : null,
  );
  await checks.stop();
  const seen = found.map(({ length }) => length);
  await checks.stop();
  assertEquals(found.map(({ length }) => length), seen);
  return found.map((list) => list.slice(0, count));
}

Deno.test("HealthChecks: what accepts passes, what refuses or says nothing fails", async () => {
  using silent = await blackHole();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const conn of listener) conn.close();
  })();
  const ports = [listener.addr.port, closedPort(), silent.port];
  assertEquals(await results(ports, 3), [
    Array(3).fill(null),
    Array(3).fill("connection refused"),
    Array(3).fill("timed out"),
  ]);
  listener.close();
  await accepting;
});

Deno.test("HealthChecks: what is our own fault says nothing", async () => {
  const ours = Object.assign(new Error("x"), { code: "EMFILE" });
  let dials = 0;
  const [found] = await results([1], 2, () => {
    if (++dials <= 3) return Promise.reject(ours);
    return Promise.reject(new Deno.errors.ConnectionRefused("y"));
  });
  assertEquals(found!.length, 2);
  assert(dials >= 5);
});

Deno.test("HealthChecks: they wait about the interval, and not all the same time", async () => {
  const waits: number[] = [];
  let nth = 0;
  const randoms = [0, 0, 1, 0.5];
  const checks = new HealthChecks([{
    target: at(1),
    health: { ...HEALTH, intervalMs: 200 },
    onResult: () => waits.push(performance.now()),
  }], {
    dial: () => Promise.reject(new Deno.errors.ConnectionRefused("y")),
    random: () => randoms[nth++] ?? 0.5,
  });
  const start = performance.now();
  checks.start();
  await until("four checks", () => waits.length >= 4 ? true : null);
  await checks.stop();
  const pauses = [start, ...waits].slice(0, 4)
    .map((at, i) => waits[i]! - at);
  // 0, then the interval less a tenth, with a tenth more, and as it is.
  for (const [i, least] of [0, 179, 219, 199].entries()) {
    assert(pauses[i]! >= least, `${pauses}`);
  }
});

Deno.test("HealthChecks: the longest interval is not the shortest one", async () => {
  let checked = 0;
  const randoms = [0];
  const checks = new HealthChecks([{
    target: at(1),
    health: { ...HEALTH, intervalMs: 2 ** 31 - 1 },
    onResult: () => checked++,
  }], {
    dial: () => Promise.reject(new Deno.errors.ConnectionRefused("y")),
    // Then a tenth more.
    random: () => randoms.shift() ?? 1,
  });
  checks.start();
  await until("a check", () => checked > 0 || null);
  for (let turn = 0; turn < 20; turn++) await delay(1);
  await checks.stop();
  assertEquals(checked, 1);
});

Deno.test("HealthChecks: stop() in the middle of a check ends it unheard", async () => {
  using silent = await blackHole();
  const heard: unknown[] = [];
  const dialled = Promise.withResolvers<void>();
  const checks = new HealthChecks([{
    target: at(silent.port),
    health: { ...HEALTH, timeoutMs: 60_000 },
    onResult: (why) => heard.push(why),
  }], {
    dial: (target, options) => {
      dialled.resolve();
      return dialTarget(target, options);
    },
    random: Math.random,
  });
  checks.start();
  await dialled.promise;
  await checks.stop();
  assertEquals(heard, []);
});
