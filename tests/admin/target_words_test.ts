/** What is said of targets that nobody checks, by a real process. */
import { assertEquals, assertMatch } from "@std/assert";
import type { TargetState } from "../../src/admin/api.ts";
import { AdminClient, adminPort } from "../support/admin_client.ts";
import { configFile } from "../support/config_file.ts";
import { connectLocal } from "../support/dialogue.ts";
import { freePorts } from "../support/free_ports.ts";
import { oneServer } from "../support/passthru.ts";
import { runPassthru, startPassthru } from "../support/process.ts";
import { until } from "../support/wait.ts";

/** A passthru that sends all to targets, and what it says of the first. */
async function serving(to: string | readonly string[], more: object = {}) {
  await using stack = new AsyncDisposableStack();
  const file = stack.use(await configFile());
  const forward = { action: "FORWARD", to_addr: to, ...more };
  const passthru = stack.use(
    await startPassthru({
      ...oneServer({ CATCHALL: { CATCHALL: forward } }) as object,
      admin: { listen: "127.0.0.1:0" },
    }, { file: file.path }),
  );
  const port = await adminPort(passthru);
  const admin = new AdminClient(port);
  const kept = stack.move();
  const target = async (): Promise<TargetState> =>
    (await admin.state()).targets[0]!;
  return {
    /** Connects a client that sends a byte, and waits for its end. */
    async visit(): Promise<void> {
      using conn = await connectLocal(passthru.ports[0]!);
      await conn.write(new Uint8Array(1));
      await conn.closeWrite();
      while (await conn.read(new Uint8Array(64)) !== null);
    },
    target,
    /** What `passthru status` has in its column. */
    async status(): Promise<string> {
      const { stdout } = await runPassthru(
        ["status", "--admin", `127.0.0.1:${port}`],
      );
      const [head, line] = stdout.slice(stdout.indexOf("TARGET ")).split("\n");
      const from = head!.indexOf("HEALTH");
      return line!.slice(from).split("  ")[0]!;
    },
    /** Lines of the metric. */
    async metric(): Promise<string[]> {
      const { body } = await admin.get<string>("/metrics");
      return body.split("\n")
        .filter((line) => line.startsWith("passthru_upstream_healthy{"));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

Deno.test("targets: one that nobody checks is never healthy: not checked, failing while dials fail", async () => {
  const [port] = freePorts(1);
  const to = `127.0.0.1:${port}`;
  await using passthru = await serving(to);
  const { healthy, failing } = await passthru.target();
  assertEquals([healthy, failing], [null, undefined]);
  assertEquals(await passthru.status(), "not checked");
  assertEquals(await passthru.metric(), []);

  for (let i = 0; i < 5; i++) await passthru.visit();
  const failed = await until("five refused dials", async () => {
    const target = await passthru.target();
    return target.dial_errors === 5 ? target : null;
  });
  assertEquals(
    [failed.healthy, failed.failing, failed.note],
    [false, "connection refused", undefined],
  );
  assertEquals(await passthru.status(), "failing: connection refused");
  assertEquals(await passthru.metric(), [
    `passthru_upstream_healthy{upstream="${to}"} 0`,
  ]);

  using listener = Deno.listen({ hostname: "127.0.0.1", port: port! });
  const served = listener.accept().then((conn) => conn.close());
  await passthru.visit();
  await served;
  assertEquals((await passthru.target()).healthy, null);
  assertEquals(await passthru.status(), "not checked");
  assertEquals(await passthru.metric(), []);
});

Deno.test("targets: one of a list that was ejected says why, and when it is tried", async () => {
  const [dead, other] = freePorts(2);
  await using passthru = await serving(
    [`127.0.0.1:${dead}`, `127.0.0.1:${other}`],
    { balance: "random" },
  );
  const target = await until("the ejection", async () => {
    await passthru.visit();
    const found = await passthru.target();
    return found.note === undefined ? null : found;
  });
  assertEquals(
    [target.healthy, target.failing],
    [false, "connection refused"],
  );
  assertMatch(target.note!, /^dials failed; /);
});

Deno.test("targets: one whose checks pass is healthy", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const conn of listener) conn.close();
  })();
  const { port } = listener.addr as Deno.NetAddr;
  const to = `127.0.0.1:${port}`;
  {
    await using passthru = await serving(to, {
      health: { interval: "100ms" },
    });
    await until("a check", async () => (await passthru.target()).healthy);
    assertEquals(await passthru.status(), "up");
    assertEquals(await passthru.metric(), [
      `passthru_upstream_healthy{upstream="${to}"} 1`,
    ]);
  }
  listener.close();
  await accepting.catch(() => {});
});
