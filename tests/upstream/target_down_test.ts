/** Upstreams of a server in this process: targets that go and come. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ask } from "../support/load.ts";
import type { TestServer } from "../support/passthru.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { asked, balanced, closedAddress } from "../support/upstream.ts";
import { until } from "../support/wait.ts";

/** The lines about targets, without time and level. */
function targetLines({ log }: TestServer): string[] {
  return log().split("\n").filter((line) => line.includes(" target "))
    .map((line) => line.replace(/^\S+ \S+ +/, ""));
}

Deno.test("upstream: backups serve only while no other target is up", async () => {
  await using backup = namedEcho("backup");
  const closed = closedAddress();
  const port = Number(closed.split(":")[1]);
  await using proxy = balanced(
    [closed, { addr: backup.address, backup: true }],
    { health: { interval: "20ms", rise: 1 } },
  );
  await until("the target to be down", () => targetLines(proxy)[0] ?? null);
  assertEquals(
    new Set(await asked(proxy.port, 10)),
    new Set(["backup"]),
  );
  await using _main = namedEcho("main", { port });
  await until("the target to be up", () => targetLines(proxy)[1] ?? null);
  assertEquals(new Set(await asked(proxy.port, 10)), new Set(["main"]));
  assertEquals(targetLines(proxy), [
    `target down target=${closed} upstream=site why="1 check failed: connection refused" targets_up=1 connections=0`,
    `target up target=${closed} upstream=site why="1 check passed" targets_up=2 connections=0`,
  ]);
});

Deno.test("upstream: a target that fails three dials in a row is left alone, and the log says so once", async () => {
  await using echo = namedEcho("echo");
  const closed = closedAddress();
  await using proxy = balanced([closed, echo.address]);
  await asked(proxy.port, 20);
  await proxy.report(20);
  const retried = proxy.reports.filter(({ retried }) => retried !== undefined);
  assertEquals(
    retried.map(({ retried }) => retried),
    Array(3).fill(`${closed}: connection refused`),
  );
  assertEquals(targetLines(proxy), [
    `target down target=${closed} upstream=site why="3 dials in a row failed: connection refused" targets_up=1 connections=1 retry_seconds=5`,
  ]);
});

Deno.test("upstream: when all are down all are tried, and one that is back serves at once", async () => {
  const addresses = [closedAddress(), closedAddress()];
  await using proxy = balanced(addresses);
  for (let i = 0; i < 4; i++) await assertRejects(() => ask(proxy.port, "x"));
  assertEquals(targetLines(proxy).length, 2);
  const { error } = await proxy.report(4);
  for (const address of addresses) assert(error?.includes(address), error);
  const port = Number(addresses[1]!.split(":")[1]);
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const asking = asked(proxy.port, 2);
  for (let i = 0; i < 2; i++) {
    using conn = await listener.accept();
    const said = await readAll(conn);
    await writeAll(conn, bytesOf("back:"));
    await writeAll(conn, said);
  }
  assertEquals(await asking, ["back", "back"]);
  listener.close();
  assertMatch(
    targetLines(proxy)[2]!,
    /^target up .* why="2 dials in a row reached it" targets_up=1 /,
  );
});

Deno.test("upstream: a single target is dialled whatever has failed before", async () => {
  const closed = closedAddress();
  await using proxy = balanced([closed]);
  for (let i = 1; i <= 5; i++) {
    await assertRejects(() => ask(proxy.port, "x"));
    assertEquals(
      (await proxy.report(i)).error,
      `Cannot dial ${closed}: connection refused`,
    );
  }
  assertEquals(targetLines(proxy), []);
});
