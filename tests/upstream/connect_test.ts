/** Upstreams of a server in this process: who gets which connection. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { blackHole } from "../support/black_hole.ts";
import { closeQuietly, connectLocal, expectText } from "../support/dialogue.ts";
import { ask } from "../support/load.ts";
import { namedEcho, service } from "../support/services.ts";
import { bytesOf, noise, readAll, textOf, writeAll } from "../support/tcp.ts";
import { asked, balanced, closedAddress } from "../support/upstream.ts";
import { until, within } from "../support/wait.ts";

Deno.test("upstream: connections are shared by weight, and the report names the target", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  await using proxy = balanced([
    one.address,
    { addr: two.address, weight: 2 },
  ]);
  assertEquals(await asked(proxy.port, 6), [
    ...["two", "one", "two"],
    ...["two", "one", "two"],
  ]);
  assertEquals((await proxy.report(1)).target, two.address);
  assertEquals((await proxy.report(2)).target, one.address);
});

Deno.test("upstream: when dials fail another target gets every byte, those sent before and those sent since", async () => {
  using silent = await blackHole();
  const closed = closedAddress();
  const got = Promise.withResolvers<Uint8Array>();
  await using echo = service(async (conn) => {
    const all = await readAll(conn);
    got.resolve(all);
    await writeAll(conn, all);
  });
  await using proxy = balanced([
    closed,
    silent.address,
    { addr: echo.address, backup: true },
  ], { connect_timeout: "500ms" });
  using conn = await connectLocal(proxy.port);
  const bytes = noise(600_000);
  // More than is peeked at is sent while the first two are dialled.
  await writeAll(conn, bytes.subarray(0, 1_000));
  const answer = readAll(conn);
  await writeAll(conn, bytes.subarray(1_000));
  await conn.closeWrite();
  assertEquals(await within("the answer", answer), bytes);
  assertEquals(await got.promise, bytes);
  const report = await proxy.report(1);
  assertEquals(
    [report.target, report.retried, report.error, report.bytesUp],
    [
      echo.address,
      `${closed}: connection refused; ${silent.address}: timed out`,
      undefined,
      bytes.length,
    ],
  );
  assert(report.dialMs! >= 500);
});

Deno.test("upstream: when no target accepts the error names each attempt", async () => {
  using silent = await blackHole();
  const closed = closedAddress();
  await using proxy = balanced([closed, silent.address], {
    connect_timeout: "500ms",
  });
  await assertRejects(() => ask(proxy.port, "x"));
  const report = await proxy.report(1);
  assertEquals([report.reason, report.target, report.retried], [
    "dial_failed",
    silent.address,
    undefined,
  ]);
  assertEquals(
    report.error,
    `Cannot dial ${closed}: connection refused; ${silent.address}: timed out`,
  );
});

Deno.test("upstream: retries says how many other targets are dialled at most", async () => {
  await using echo = namedEcho("echo");
  const closed = [closedAddress(), closedAddress()];
  const targets = [...closed, { addr: echo.address, backup: true }];
  for (const [retries, dials] of [[0, 1], [1, 2]] as const) {
    await using proxy = balanced(targets, { retries });
    await assertRejects(() => ask(proxy.port, "x"));
    const { error } = await proxy.report(1);
    assertEquals(
      error,
      `Cannot dial ${
        closed.slice(0, dials).map((text) => `${text}: connection refused`)
          .join("; ")
      }`,
    );
  }
  await using proxy = balanced(targets, { retries: 2 });
  assertEquals(await ask(proxy.port, "x"), "echo");
});

Deno.test("upstream: least_connections sees what is open", async () => {
  await using one = service(async (conn) => {
    await writeAll(conn, bytesOf("one"));
    await readAll(conn);
  });
  await using two = service(async (conn) => {
    await writeAll(conn, bytesOf("two"));
    await readAll(conn);
  });
  await using proxy = balanced([one.address, two.address], {
    balance: "least_connections",
  });
  const open = async (name: string) => {
    const conn = await connectLocal(proxy.port);
    await writeAll(conn, bytesOf("x"));
    await expectText(conn, name);
    return conn;
  };
  const held = [await open("one"), await open("two"), await open("two")];
  assertEquals(proxy.openTo(), [1, 2]);
  held[0]!.close();
  await proxy.report(1);
  held.push(await open("one"), await open("one"));
  assertEquals(proxy.openTo(), [2, 2]);
  for (const conn of held.slice(1)) conn.close();
  await proxy.report(5);
  assertEquals(proxy.openTo(), [0, 0]);
});

Deno.test("upstream: source_hash keeps a client with its target", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  await using proxy = balanced([one.address, two.address], {
    balance: "source_hash",
  });
  const names = new Set(await asked(proxy.port, 12));
  assertEquals(names.size, 1);
});

Deno.test("upstream: a server that stops while it dials leaves nothing behind", async () => {
  using silent = await blackHole();
  using other = await blackHole();
  await using proxy = balanced([silent.address, other.address], {
    connect_timeout: "20s",
    health: { interval: "1ms", timeout: "20s" },
  });
  using conn = await connectLocal(proxy.port);
  await writeAll(conn, bytesOf("x"));
  await until(
    "the dial",
    () => String(proxy.openTo()) === "1,0" ? true : null,
  );
  await proxy.server.stop(0);
  const [report] = proxy.reports;
  assertEquals(
    [report!.reason, report!.error, report!.retried],
    ["drain_deadline", undefined, undefined],
  );
  assertEquals(proxy.openTo(), [0, 0]);
  assertEquals(textOf(await readAll(conn)), "");
  closeQuietly(conn);
});
