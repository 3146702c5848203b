import { assertEquals, assertMatch } from "@std/assert";
import { BlockedWorkers } from "../../src/control/blocked_workers.ts";
import type { PassthruError } from "../../src/errors.ts";
import { Logger } from "../../src/observe/log.ts";
import { until } from "../support/wait.ts";

function blockedWorkers(patienceMs: number) {
  let log = "";
  const failures: PassthruError[] = [];
  const logger = new Logger({ write: (lines) => log += lines });
  const blocked = new BlockedWorkers({
    logger,
    onTooMany: (error) => failures.push(error),
    patienceMs,
  });
  const logged = () => {
    logger.flush();
    return log;
  };
  return { blocked, failures, logged };
}

Deno.test("blocked workers: one that ends in time is none", async () => {
  const { blocked, logged } = blockedWorkers(60_000);
  const gone = Promise.withResolvers<void>();
  blocked.follow({ generation: 1, worker: 0 }, gone.promise);
  gone.resolve();
  await gone.promise;
  assertEquals([blocked.count, logged()], [0, ""]);
});

Deno.test("blocked workers: those that do not end are counted until they do", async () => {
  const { blocked, failures, logged } = blockedWorkers(1);
  const workers = [0, 1, 2, 3].map((worker) => {
    const gone = Promise.withResolvers<void>();
    blocked.follow({ generation: 3, worker }, gone.promise);
    return gone;
  });
  await until("all to be blocked", () => blocked.count === 4 ? true : null);
  assertMatch(
    logged(),
    /ERROR .*cannot be terminated.* generation=3 worker=3 blocked=4/,
  );
  assertEquals(failures, []);
  workers[0]!.resolve();
  await until("one to end", () => blocked.count === 3 ? true : null);
  assertMatch(
    logged(),
    /INFO .*blocked worker has ended.* generation=3 worker=0/,
  );
});

Deno.test("blocked workers: too many are a reason to start anew", async () => {
  const { blocked, failures } = blockedWorkers(1);
  for (let worker = 0; worker < 5; worker++) {
    blocked.follow({ generation: 1, worker }, new Promise(() => {}));
  }
  await until("the end", () => failures.length > 0 ? true : null);
  assertEquals(failures.map(({ code }) => code), ["workers_blocked"]);
});

Deno.test("blocked workers: when it stops, nothing is said any more", () => {
  const { blocked, logged } = blockedWorkers(60_000);
  blocked.follow({ generation: 1, worker: 0 }, new Promise(() => {}));
  blocked.stop();
  assertEquals(logged(), "");
});
