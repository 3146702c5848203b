import {
  assert,
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { delay } from "@std/async/delay";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { PassthruError } from "../../src/errors.ts";
import { Logger } from "../../src/observe/log.ts";
import { Server } from "../../src/proxy/server.ts";
import { untilRefused } from "../support/close_listener.ts";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import { namedEcho, service } from "../support/services.ts";
import {
  bytesOf,
  closedPort,
  noise,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "../support/tcp.ts";
import { askInPieces } from "../support/proxied.ts";
import { planOf } from "../support/supervise.ts";
import { until } from "../support/wait.ts";

/** Sends bytes, ends the write side, and reads the answer; "" when refused. */
const ask = (port: number, bytes: Uint8Array) => askInPieces(port, [bytes]);

const GET = bytesOf("GET /x?y HTTP/1.1\r\nHost: A.Example:80\r\n\r\n");
const SSH = bytesOf("SSH-2.0-OpenSSH_9.2\r\n");

Deno.test("server: routes by protocol and rule, and reports why", async () => {
  await using web = namedEcho("web");
  await using ssh = namedEcho("ssh");
  await using other = namedEcho("other");
  await using proxy = serveConfig(oneServer({
    HTTP: {
      "HOST a.example": {
        action: "FORWARD",
        to_addr: web.address,
        name: "site",
      },
      CATCHALL: { action: "REJECT" },
    },
    SSH: forwardTo(ssh.address),
    CATCHALL: forwardTo(other.address),
  }));
  assertEquals(await ask(proxy.port, GET), `web:${textOf(GET)}`);
  assertEquals(await ask(proxy.port, SSH), `ssh:${textOf(SSH)}`);
  assertEquals(
    await ask(proxy.port, bytesOf("\x00garbage")),
    "other:\x00garbage",
  );
  assertEquals(
    await ask(proxy.port, bytesOf("GET / HTTP/1.1\r\nHost: b.example\r\n\r\n")),
    "",
  );
  const reports = [];
  for (let nth = 1; nth <= 4; nth++) reports.push(await proxy.report(nth));
  assertEquals(
    reports.map(({ protocol, rule, target, reason, name }) => [
      protocol,
      rule,
      target,
      reason,
      name,
    ]),
    [
      ["HTTP", "HTTP/HOST a.example", web.address, "client_eof", "site"],
      ["SSH", "SSH/CATCHALL", ssh.address, "client_eof", undefined],
      [null, "CATCHALL/CATCHALL", other.address, "client_eof", undefined],
      ["HTTP", "HTTP/CATCHALL", null, "rejected", undefined],
    ],
  );
  const [http, , garbage] = reports;
  assertEquals(http!.facts["host"], "a.example");
  assertEquals(http!.bytesUp, GET.length);
  assertEquals(http!.bytesDown, GET.length + 4);
  assertMatch(http!.client, /^127\.0\.0\.1:\d+$/);
  assert(http!.detectMs! >= 0 && http!.dialMs! >= 0);
  assert(http!.totalMs >= http!.detectMs! + http!.dialMs!);
  assertEquals(garbage!.verdicts, ["HTTP: no", "SSH: no"]);
  assert(Object.isFrozen(http));
});

Deno.test("server: the route does not depend on how the bytes are cut", async () => {
  await using web = namedEcho("web");
  await using other = namedEcho("other");
  await using proxy = serveConfig(oneServer({
    SSH: forwardTo(other.address),
    HTTP: {
      "HOST a.example": { action: "FORWARD", to_addr: web.address },
    },
    CATCHALL: forwardTo(other.address),
  }));
  const cuts = [1, 2, 3, 5, 8, 13, 21, 34];
  const answers = await Promise.all(cuts.map(async (size) => {
    const conn = await Deno.connect({
      hostname: "127.0.0.1",
      port: proxy.port,
    });
    conn.setNoDelay(true);
    for (let at = 0; at < GET.length; at += size) {
      await writeAll(conn, GET.subarray(at, at + size));
      await delay(0);
    }
    await conn.closeWrite();
    const answer = textOf(await readAll(conn));
    conn.close();
    return answer;
  }));
  for (const answer of answers) assertEquals(answer, `web:${textOf(GET)}`);
});

Deno.test("server: silence goes to SILENT, which may speak first", async () => {
  await using greeter = service(async (conn) => {
    await writeAll(conn, bytesOf("220 hello\r\n"));
    const line = await readExactly(conn, 6);
    await writeAll(conn, line);
  });
  await using other = namedEcho("other");
  await using proxy = serveConfig(oneServer({
    options: { detect_timeout: "50ms" },
    SILENT: forwardTo(greeter.address),
    CATCHALL: forwardTo(other.address),
  }));
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  assertEquals(textOf(await readExactly(conn, 11)), "220 hello\r\n");
  // These bytes come in by the read that was pending when the time was over.
  await writeAll(conn, bytesOf("QUIT\r\n"));
  assertEquals(textOf(await readAll(conn)), "QUIT\r\n");
  conn.close();
  const report = await proxy.report(1);
  assertEquals(
    [report.protocol, report.rule, report.reason, report.bytesUp],
    ["SILENT", "SILENT/CATCHALL", "target_eof", 6],
  );
});

Deno.test("server: silence without SILENT goes to the catch-all", async () => {
  await using greeter = service((conn) => writeAll(conn, bytesOf("hi")));
  await using proxy = serveConfig(oneServer({
    options: { detect_timeout: "50ms" },
    TLS: forwardTo("127.0.0.1:1"),
    CATCHALL: forwardTo(greeter.address),
  }));
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  assertEquals(textOf(await readAll(conn)), "hi");
  conn.close();
  assertEquals((await proxy.report(1)).rule, "CATCHALL/CATCHALL");
});

Deno.test("server: silence and an incomplete start without a catch-all are refused in time", async () => {
  await using proxy = serveConfig(oneServer({
    options: { detect_timeout: "50ms" },
    HTTP: forwardTo("127.0.0.1:1"),
  }));
  for (const start of ["", "GET / HT"]) {
    const conn = await Deno.connect({
      hostname: "127.0.0.1",
      port: proxy.port,
    });
    await writeAll(conn, bytesOf(start));
    assertEquals((await readAll(conn)).length, 0);
    conn.close();
  }
  assertEquals((await proxy.report(1)).reason, "detect_timeout");
  const cut = await proxy.report(2);
  assertEquals([cut.reason, cut.verdicts], [
    "detect_timeout",
    ["HTTP: more"],
  ]);
});

Deno.test("server: a client that connects and leaves is no error", async () => {
  await using proxy = serveConfig(oneServer({
    TLS: forwardTo("127.0.0.1:1"),
    CATCHALL: forwardTo("127.0.0.1:1"),
  }));
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  conn.close();
  const report = await proxy.report(1);
  assertEquals(
    [report.reason, report.target, report.error],
    ["client_eof", null, undefined],
  );
});

Deno.test("server: a target that is down is reported with the cause", async () => {
  const target = `127.0.0.1:${closedPort()}`;
  await using proxy = serveConfig(oneServer({ CATCHALL: forwardTo(target) }));
  assertEquals(await ask(proxy.port, bytesOf("x")), "");
  const report = await proxy.report(1);
  assertEquals(
    [report.reason, report.error],
    ["dial_failed", `Cannot dial ${target}: connection refused`],
  );
});

Deno.test("server: a hello larger than the peek cap is a decision, not a hang", async () => {
  await using other = namedEcho("other");
  await using proxy = serveConfig(oneServer({
    options: { max_peek: "512B" },
    HTTP: forwardTo("127.0.0.1:1"),
    CATCHALL: forwardTo(other.address),
  }));
  const flood = new Uint8Array(100_000).fill(0x41);
  assertEquals(await ask(proxy.port, flood), `other:${"A".repeat(100_000)}`);
});

Deno.test("server: stop() lets open connections end, then closes the rest", async () => {
  await using slow = service(async (conn) => {
    await readExactly(conn, 1);
    await writeAll(conn, noise(300_000));
  });
  await using stuck = service(async (conn) => {
    await readAll(conn);
  });
  const proxy = serveConfig(oneServer({
    HTTP: forwardTo(stuck.address),
    CATCHALL: forwardTo(slow.address),
  }));
  const { port } = proxy;
  const going = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(going, bytesOf("\x01"));
  const hanging = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(hanging, GET);
  await readExactly(going, 1);
  await until("both", () => proxy.server.connections === 2 || null);
  const stopped = proxy.server.stop(200);
  assertEquals((await readAll(going)).length, 299_999);
  going.close();
  assertEquals(await stopped, 1, "one had to be closed");
  assertEquals((await readAll(hanging)).length, 0);
  hanging.close();
  assertEquals(
    proxy.reports.map(({ reason }) => reason).sort(),
    ["drain_deadline", "target_eof"],
  );
  await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port }));
});

Deno.test("server: stop() closes a connection in each state", async () => {
  const proxy = serveConfig(oneServer({
    TLS: forwardTo("127.0.0.1:1"),
    CATCHALL: forwardTo("127.0.0.1:1"),
  }));
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  await writeAll(conn, bytesOf("\x16"));
  await until("one", () => proxy.server.connections === 1 || null);
  assertEquals(await proxy.server.stop(0), 1);
  assertEquals((await readAll(conn)).length, 0);
  conn.close();
  assertEquals(proxy.reports[0]?.reason, "drain_deadline");
});

Deno.test("server: names every address that it cannot bind, and binds none", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using alsoTaken = Deno.listen({ hostname: "::1", port: 0 });
  const free = closedPort();
  const servers = {
    [`127.0.0.1:${free}`]: { CATCHALL: { CATCHALL: { action: "REJECT" } } },
    [`127.0.0.1:${taken.addr.port}`]: {
      CATCHALL: { CATCHALL: { action: "REJECT" } },
    },
    [`[::1]:${alsoTaken.addr.port}`]: {
      CATCHALL: { CATCHALL: { action: "REJECT" } },
    },
  };
  assertEquals(
    assertThrows(
      () => serveConfig({ version: "v1.0.0", servers }),
      PassthruError,
    ).message,
    [
      `Cannot listen on "127.0.0.1:${taken.addr.port}": address already in use`,
      `Cannot listen on "[::1]:${alsoTaken.addr.port}": address already in use`,
    ].join("\n"),
  );
  await untilRefused({ port: free });
});

Deno.test("server: several listeners, IPv4, IPv6, all interfaces and names", async () => {
  await using echo = namedEcho("echo");
  const CATCHALL = forwardTo(echo.address);
  await using proxy = serveConfig({
    version: "v1.0.0",
    servers: {
      "127.0.0.1:0": { CATCHALL },
      "[::1]:0": { CATCHALL },
      ":0": { CATCHALL },
      "localhost:0": { CATCHALL },
    },
  });
  const [v4, v6, all, name] = proxy.server.listeners.map((l) => l.address.port);
  const places: [string, number][] = [
    ["127.0.0.1", v4!],
    ["::1", v6!],
    ["127.0.0.1", all!],
    ["::1", all!],
    ["localhost", name!],
  ];
  for (const [hostname, port] of places) {
    const conn = await Deno.connect({ hostname, port });
    await writeAll(conn, bytesOf("x"));
    await conn.closeWrite();
    assertEquals(textOf(await readAll(conn)), "echo:x");
    conn.close();
  }
  const clients = [];
  for (let nth = 1; nth <= places.length; nth++) {
    clients.push((await proxy.report(nth)).client.replace(/:\d+$/, ""));
  }
  assertEquals(clients.slice(0, 4), [
    "127.0.0.1",
    "[::1]",
    "127.0.0.1",
    "[::1]",
  ]);
});

Deno.test("Server: a config with srv: is refused where nobody asks DNS", () => {
  const registry = new Registry(BUILTINS);
  const action = {
    action: "FORWARD",
    to_addr: "srv:_app._tcp.svc.test",
    within: ["*.svc.test"],
  };
  const plan = planOf(oneServer({ CATCHALL: { CATCHALL: action } }), registry);
  const make = () =>
    new Server(plan, {
      registry,
      logger: new Logger({ write: () => {} }),
      onReport: () => {},
    });
  assertObjectMatch(assertThrows(make, PassthruError), {
    code: "needs_discovery",
    message:
      'A Server does not look up "srv:" targets: serve this config with "passthru run"',
  });
});
