/** Limits of a server in this process, with clients from several addresses. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { promptEcho } from "../support/dialogue.ts";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import { bytesOf, closedPort, readAll, writeAll } from "../support/tcp.ts";
import { leaveAll, visit, visitAll } from "../support/visitors.ts";
import { until, within } from "../support/wait.ts";

/** A config with these options, and others at the top. */
function limited(to: string, options: object, top: object = {}): unknown {
  const rules = { options, CATCHALL: forwardTo(to) };
  return { ...oneServer(rules) as object, ...top };
}

Deno.test("limits: max_connections refuses the next one at once, until one has ended", async () => {
  await using echo = promptEcho("echo");
  await using proxy = serveConfig(
    limited(echo.address, { max_connections: 2 }),
  );
  const held = await visitAll(proxy.port, 2);
  assertEquals(held.length, 2);
  assertEquals((await visit(proxy.port)).served, false);
  const refused = await proxy.report(1);
  assertEquals(
    [refused.reason, refused.error, refused.detectMs, refused.bytesDown],
    ["limit", "max_connections 2 reached", null, 0],
  );
  assertMatch(refused.client, /^127\.0\.0\.1:\d+$/);
  assertEquals(proxy.server.connections, 2);
  await held.pop()!.leave();
  await proxy.report(2);
  const next = await visit(proxy.port);
  assertEquals(next.served, true);
  await leaveAll([...held, next]);
});

Deno.test("limits: max_connections_per_ip counts each address for itself", async () => {
  await using echo = promptEcho("echo");
  await using proxy = serveConfig(
    limited(echo.address, { max_connections_per_ip: 1 }),
  );
  for (const from of ["127.0.0.2", "127.0.0.3"]) {
    await using one = await visit(proxy.port, { from });
    await using two = await visit(proxy.port, { from });
    assertEquals([one.served, two.served], [true, false]);
  }
  const { error, client } = await proxy.report(1);
  assertEquals(error, "max_connections_per_ip 1 reached");
  assertMatch(client, /^127\.0\.0\.2:/);
});

Deno.test("limits: an IPv6 client is counted too", async () => {
  await using echo = promptEcho("echo");
  await using proxy = serveConfig({
    version: "v1.0.0",
    defaults: { max_connections_per_ip: 1 },
    servers: { "[::1]:0": { CATCHALL: forwardTo(echo.address) } },
  });
  const there = { host: "::1", from: "::1" };
  await using one = await visit(proxy.port, there);
  await using two = await visit(proxy.port, there);
  assertEquals([one.served, two.served], [true, false]);
});

Deno.test("limits: max_new_per_second_per_ip refuses a burst, and lets in again", async () => {
  await using echo = promptEcho("echo");
  await using proxy = serveConfig(
    limited(echo.address, { max_new_per_second_per_ip: 1 }),
  );
  const from = "127.0.0.4";
  const served = await visitAll(proxy.port, 5, { from });
  // More than one only if it took a second and more.
  assert(served.length >= 1 && served.length < 5, `${served.length}`);
  const { error } = await proxy.report(1);
  assertEquals(error, "max_new_per_second_per_ip 1 reached");
  await using other = await visit(proxy.port, { from: "127.0.0.5" });
  assertEquals(other.served, true);
  await leaveAll(served);
  await using again = await until("another second", async () => {
    const visitor = await visit(proxy.port, { from });
    return visitor.served ? visitor : null;
  });
  assert(again.served);
});

Deno.test("limits: allow and deny go by the client's address", async () => {
  await using echo = promptEcho("echo");
  await using proxy = serveConfig(limited(echo.address, {
    allow: ["127.0.0.0/29", "127.0.0.20"],
    deny: ["127.0.0.2"],
  }));
  const found: [string, boolean][] = [];
  for (const last of [1, 2, 3, 8, 20]) {
    const from = `127.0.0.${last}`;
    await using visitor = await visit(proxy.port, { from });
    found.push([from, visitor.served]);
  }
  assertEquals(found, [
    ["127.0.0.1", true],
    ["127.0.0.2", false],
    ["127.0.0.3", true],
    ["127.0.0.8", false],
    ["127.0.0.20", true],
  ]);
  const refused = proxy.reports.filter(({ reason }) => reason === "limit");
  assertEquals(
    refused.map(({ error }) => error),
    ["in deny", "not in allow"],
  );
});

Deno.test("limits: the top-level max_connections holds over all servers", async () => {
  await using echo = promptEcho("echo");
  await using proxy = serveConfig({
    version: "v1.0.0",
    max_connections: 2,
    servers: {
      "127.0.0.1:0": { CATCHALL: forwardTo(echo.address) },
      "127.0.0.2:0": { CATCHALL: forwardTo(echo.address) },
    },
  });
  const [, second] = proxy.server.listeners;
  const other = { host: "127.0.0.2" };
  await using one = await visit(proxy.port);
  await using two = await visit(second!.address.port, other);
  await using three = await visit(proxy.port);
  await using four = await visit(second!.address.port, other);
  assertEquals(
    [one, two, three, four].map(({ served }) => served),
    [true, true, false, false],
  );
});

Deno.test("limits: the place of a connection is given back however it ends", async () => {
  await using echo = promptEcho("echo");
  const dead = `127.0.0.1:${closedPort()}`;
  await using proxy = serveConfig({
    version: "v1.0.0",
    max_connections: 1,
    servers: {
      "127.0.0.1:0": {
        options: { max_connections_per_ip: 1 },
        HTTP: {
          "PATH /dead": { action: "FORWARD", to_addr: dead },
          "PATH /drop": {
            action: "REJECT",
            with: "drop",
            idle_timeout: "20ms",
          },
          "PATH /status": { action: "REJECT", with: "http_status" },
        },
        CATCHALL: { CATCHALL: { action: "FORWARD", to_addr: echo.address } },
      },
    },
  });
  const { port } = proxy;
  const expected: string[] = [];
  for (let round = 0; round < 2; round++) {
    for (const path of ["dead", "drop", "status"]) {
      await say(port, `GET /${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expected.push(path === "dead" ? "dial_failed" : "rejected");
      await proxy.report(expected.length);
    }
    for (const said of ["", "x"]) {
      await say(port, said, { end: true });
      expected.push("client_eof");
      await proxy.report(expected.length);
    }
    await using broken = await visit(port);
    broken.reset();
    expected.push("client_reset");
    await proxy.report(expected.length);
  }
  assertEquals(proxy.reports.map(({ reason }) => reason), expected);
  await using last = await visit(port);
  assertEquals(last.served, true);
});

/** Says something, ends its side or not, and waits for the end. */
async function say(
  port: number,
  text: string,
  { end = false } = {},
): Promise<void> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, bytesOf(text));
  if (end) await conn.closeWrite();
  await within("the end", readAll(conn));
  conn.close();
}
