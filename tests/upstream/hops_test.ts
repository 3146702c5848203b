/** Connections that come back to passthru. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Hops, HOPS_BYTES, MAX_HOPS } from "../../src/upstream/hops.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, readAll, tcpPair, writeAll } from "../support/tcp.ts";

/** 127.0.0.1 to the resolver, and a name like any other to the config. */
const ALIAS = "0x7f.1";
const ELSEWHERE = { hostname: "192.0.2.1", port: 1 };

Deno.test("Hops: what one listener notes another reads off the same connection, and no other", async () => {
  const memory = new SharedArrayBuffer(HOPS_BYTES);
  const [a, b] = [new Hops(memory, ELSEWHERE), new Hops(memory, ELSEWHERE)];
  const { near, far } = await tcpPair();
  const other = await tcpPair();
  {
    using way = a.wayOf(other.far);
    assertEquals(b.read(far.remoteAddr, far.localAddr), 0);
    way.enter(near);
    assertEquals(b.read(far.remoteAddr, far.localAddr), 1);
    assertEquals(b.read(other.far.remoteAddr, other.far.localAddr), 0);
    // The same port to another address is another connection.
    const { port } = near.localAddr as Deno.NetAddr;
    const wrong = { ...far.localAddr as Deno.NetAddr, hostname: "127.0.0.9" };
    assertEquals(b.read({ ...wrong, port }, far.localAddr), 0);
    assertEquals(b.read(far.remoteAddr, wrong), 0);
    using next = b.wayOf(far);
    next.enter(other.near);
    assertEquals(a.read(other.far.remoteAddr, other.far.localAddr), 2);
  }
  assertEquals(b.read(far.remoteAddr, far.localAddr), 0, "it is forgotten");
  for (const conn of [near, far, other.near, other.far]) conn.close();
});

Deno.test("Hops: an IPv4 client of a dual-stack listener is the same connection", async () => {
  const hops = new Hops(new SharedArrayBuffer(HOPS_BYTES), ELSEWHERE);
  using listener = Deno.listen({ hostname: "::", port: 0 });
  const near = await Deno.connect({
    hostname: "127.0.0.1",
    port: listener.addr.port,
  });
  const far = await listener.accept();
  using way = hops.wayOf(near);
  way.enter(near);
  assertEquals(hops.read(far.remoteAddr, far.localAddr), 1);
  near.close();
  far.close();
});

Deno.test("a name that leads to the listener itself is refused when it is dialled", async () => {
  const [port] = freePorts(1) as [number];
  await using proxy = serveConfig({
    version: "v1.0.0",
    servers: { [`:${port}`]: { CATCHALL: forwardTo(`${ALIAS}:${port}`) } },
  });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, bytesOf("hello"));
  await conn.closeWrite();
  assertEquals(await readAll(conn), new Uint8Array());
  conn.close();
  // The other connection is the one that came back.
  await proxy.report(2);
  const { reason, error, target } = proxy.reports.find(({ target }) =>
    target !== null
  )!;
  assertEquals(reason, "dial_failed");
  assertEquals(target, `${ALIAS}:${port}`);
  assertMatch(
    error!,
    /leads to (127\.0\.0\.1|\[::1\]):\d+, the listener itself: the connection would loop$/,
  );
});

Deno.test("a circle of listeners ends after so many times, and says so", async () => {
  const [a, b] = freePorts(2) as [number, number];
  await using proxy = serveConfig({
    version: "v1.0.0",
    servers: {
      [`127.0.0.1:${a}`]: { CATCHALL: forwardTo(`127.0.0.1:${b}`) },
      [`127.0.0.1:${b}`]: { CATCHALL: forwardTo(`${ALIAS}:${a}`) },
    },
  });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: a });
  await writeAll(conn, bytesOf("hello"));
  await conn.closeWrite();
  assertEquals(await readAll(conn), new Uint8Array());
  conn.close();
  await proxy.report(MAX_HOPS + 1);
  const loops = proxy.reports.filter(({ reason }) => reason === "loop");
  assertEquals(loops.map(({ error }) => error), [
    `The connection has come back to passthru ${MAX_HOPS} times: its targets lead to its listeners`,
  ]);
  assertEquals(proxy.reports.length, MAX_HOPS + 1);
});

Deno.test("a circle of listeners that do not wait for a byte ends as well", async () => {
  const [a, b] = freePorts(2) as [number, number];
  await using proxy = serveConfig({
    version: "v1.0.0",
    servers: {
      [`127.0.0.1:${a}`]: { CATCHALL: forwardTo(`127.0.0.1:${b}`) },
      [`127.0.0.1:${b}`]: { CATCHALL: forwardTo(`${ALIAS}:${a}`) },
    },
  });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: a });
  assertEquals(await readAll(conn), new Uint8Array());
  conn.close();
  await proxy.report(MAX_HOPS + 1);
  const loops = proxy.reports.filter(({ reason }) => reason === "loop");
  assertEquals(loops.length, 1);
  assertEquals(proxy.reports.length, MAX_HOPS + 1);
});

Deno.test("Hops: a client of this machine is unsettled while its port is dialled, until it is noted", async () => {
  const { near, far } = await tcpPair();
  const { hostname, port } = far.localAddr as Deno.NetAddr;
  const memory = new SharedArrayBuffer(HOPS_BYTES);
  const hops = new Hops(memory, { hostname, port });
  const dialler = new Hops(memory, ELSEWHERE);
  using way = dialler.wayOf(far);
  const address = { hostname, port, text: `${hostname}:${port}` };
  const target = {
    kind: "address",
    address,
    weight: 1,
    backup: false,
  } as const;
  assertEquals(hops.isUnsettled(far), false);
  way.leave(target);
  assertEquals(hops.isUnsettled(far), true);
  const remoteAddr = { ...far.remoteAddr, hostname: "192.0.2.7" };
  const stranger = { ...far, localAddr: far.localAddr, remoteAddr };
  assertEquals(hops.isUnsettled(stranger as Deno.Conn), false);
  way.enter(near);
  assertEquals(hops.isUnsettled(far), false, "it is noted");
  way.leave(target);
  way.stay();
  way.stay();
  assertEquals(hops.isUnsettled(far), false, "the dial has failed");
  for (const conn of [near, far]) conn.close();
});

Deno.test("to forward from one listener to the next on purpose is no loop", async () => {
  const ports = freePorts(4);
  await using echo = namedEcho("app");
  const servers = ports.map((port, i) => {
    const next = ports[i + 1];
    const to = next === undefined ? echo.address : `127.0.0.1:${next}`;
    return [`127.0.0.1:${port}`, { CATCHALL: forwardTo(to) }];
  });
  await using _proxy = serveConfig({
    version: "v1.0.0",
    servers: Object.fromEntries(servers),
  });
  for (let i = 0; i < 20; i++) {
    assertEquals(await ask(ports[0]!, `ask ${i}`), "app");
  }
});

Deno.test("a target is tried elsewhere when it is the listener itself", async () => {
  const [port] = freePorts(1) as [number];
  await using echo = namedEcho("app");
  await using proxy = serveConfig({
    version: "v1.0.0",
    servers: {
      [`127.0.0.1:${port}`]: {
        CATCHALL: {
          CATCHALL: {
            action: "FORWARD",
            to_addr: [
              `${ALIAS}:${port}`,
              { addr: echo.address, backup: true },
            ],
          },
        },
      },
    },
  });
  assertEquals(await ask(port, "hello"), "app");
  await proxy.report(2);
  const { retried } = proxy.reports.find(({ target }) => target !== null)!;
  assertMatch(retried!, /the listener itself/);
});

Deno.test("a server with nothing to loop counts nothing", async () => {
  await using echo = namedEcho("app");
  await using proxy = serveConfig(
    oneServer({ CATCHALL: forwardTo(echo.address) }),
  );
  for (let i = 0; i < 20; i++) {
    assertEquals(await ask(proxy.port, `ask ${i}`), "app");
  }
  assert(proxy.reports.every(({ reason }) => reason !== "loop"));
});
