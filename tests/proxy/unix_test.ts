/** Unix sockets as targets and as listeners, in this process. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertThrows,
} from "@std/assert";
import { PassthruError } from "../../src/errors.ts";
import { tempFolder } from "../support/daemon.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import { namedEcho } from "../support/services.ts";
import { noise, readAll, writeAll } from "../support/tcp.ts";
import {
  askOn,
  askUnix,
  exists,
  leaveSocket,
  unixEcho,
} from "../support/unix.ts";
import { balanced } from "../support/upstream.ts";
import { until } from "../support/wait.ts";

function onUnix(path: string, to: string, more = {}): unknown {
  return {
    version: "v1.0.0",
    servers: { [`unix:${path}`]: { CATCHALL: forwardTo(to, more) } },
  };
}

Deno.test("a unix target gets all bytes, and its answer comes back after the client has ended its side", async () => {
  await using folder = await tempFolder();
  await using echo = unixEcho(`${folder.path}/app.sock`, "app");
  await using proxy = serveConfig(
    oneServer({ CATCHALL: forwardTo(echo.address) }),
  );
  assertEquals(await ask(proxy.port, "hello"), "app");
  const { target, reason, bytesUp, bytesDown } = await proxy.report(1);
  assertEquals([target, reason, bytesUp, bytesDown], [
    echo.address,
    "client_eof",
    5,
    9,
  ]);
});

Deno.test("a unix target takes a megabyte each way", async () => {
  await using folder = await tempFolder();
  await using echo = unixEcho(`${folder.path}/app.sock`, "");
  await using proxy = serveConfig(
    oneServer({ CATCHALL: forwardTo(echo.address) }),
  );
  const sent = noise(1_000_000);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  await writeAll(conn, sent);
  await conn.closeWrite();
  const got = await readAll(conn);
  conn.close();
  assertEquals(got.subarray(1), sent);
});

Deno.test("a unix target without a socket is passed over for another one of the list", async () => {
  await using folder = await tempFolder();
  await using echo = unixEcho(`${folder.path}/here.sock`, "here");
  await using proxy = balanced([
    `unix:${folder.path}/gone.sock`,
    { addr: echo.address, backup: true },
  ]);
  assertEquals(await ask(proxy.port, "hello"), "here");
  const { target, retried } = await proxy.report(1);
  assertEquals(target, echo.address);
  assertEquals(retried, `unix:${folder.path}/gone.sock: no such file`);
});

Deno.test("health checks take a unix target down and bring it up again", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/app.sock`;
  await using proxy = balanced([`unix:${path}`, "127.0.0.1:9"], {
    health: { interval: "20ms", timeout: "1s", fall: 1, rise: 1 },
  });
  const said = (message: string) =>
    until(
      message,
      () =>
        proxy.log().split("\n").some((line) =>
          line.includes(message) && line.includes(path)
        ) || null,
    );
  await said("target down");
  await using _echo = unixEcho(path, "app");
  await said("target up");
});

Deno.test("a unix listener forwards; its clients have no address", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/in.sock`;
  await using echo = namedEcho("app");
  {
    await using proxy = serveConfig(onUnix(path, echo.address));
    assertEquals(await askUnix(path, "hello"), "app:hello");
    const { client, listener, reason } = await proxy.report(1);
    assertEquals([client, listener, reason], [
      "unix",
      `unix:${path}`,
      "client_eof",
    ]);
  }
  assertEquals(exists(path), false, "the socket is removed at the stop");
  assertEquals(exists(`${path}.new`), false);
});

for (
  const [version, header] of [
    ["v1", "PROXY UNKNOWN\r\n"],
    ["v2", "\r\n\r\n\0\r\nQUIT\n \0"],
  ] as const
) {
  Deno.test(`send_proxy ${version} from a unix listener says that the client has no address`, async () => {
    await using folder = await tempFolder();
    const path = `${folder.path}/in.sock`;
    await using echo = namedEcho("");
    await using _proxy = serveConfig(
      onUnix(path, echo.address, { send_proxy: version }),
    );
    const answer = await askUnix(path, "hello");
    assertEquals(answer.slice(1, header.length + 1), header);
    assert(answer.endsWith("hello"));
  });
}

Deno.test("a unix listener that requires a PROXY header takes nobody, and says why", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/in.sock`;
  const accept_proxy = { from: ["127.0.0.1"], required: true };
  await using proxy = serveConfig({
    version: "v1.0.0",
    servers: {
      [`unix:${path}`]: {
        options: { accept_proxy },
        CATCHALL: forwardTo("127.0.0.1:9"),
      },
    },
  });
  const conn = await Deno.connect({ transport: "unix", path });
  assertEquals(await readAll(conn), new Uint8Array());
  conn.close();
  const { reason, error } = await proxy.report(1);
  assertEquals(reason, "untrusted_source");
  assertMatch(error!, /^Connections from a Unix socket are not accepted: /);
});

Deno.test("a unix listener removes no file that is no socket, and takes no socket from anybody", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/in.sock`;
  const serve = () => serveConfig(onUnix(path, "127.0.0.1:9"));
  await Deno.writeTextFile(path, "precious");
  assertObjectMatch(assertThrows(serve, PassthruError), {
    code: "bind_failed",
    message:
      `Cannot listen on "unix:${path}": there is a file that is not a socket`,
  });
  assertEquals(await Deno.readTextFile(path), "precious");
  await Deno.remove(path);
  await leaveSocket(path);
  assertEquals(
    assertThrows(serve, Error).message,
    `Cannot listen on "unix:${path}": there is a socket already`,
  );
  assertEquals(exists(path), true);
});

Deno.test("a unix listener in a folder that is not there is an error", () => {
  assertObjectMatch(
    assertThrows(
      () => serveConfig(onUnix("/nowhere/in.sock", "127.0.0.1:9")),
      PassthruError,
    ),
    {
      code: "bind_failed",
      message: 'Cannot listen on "unix:/nowhere/in.sock": no such file',
    },
  );
});

Deno.test("the clients in the queue of a unix listener are served when it stops", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/in.sock`;
  await using echo = namedEcho("app");
  const proxy = serveConfig(onUnix(path, echo.address));
  const clients = await Promise.all(
    Array.from({ length: 50 }, () => Deno.connect({ transport: "unix", path })),
  );
  const stopped = proxy.server.stop(10_000);
  assertEquals(exists(path), false, "nobody new comes");
  const answers = await Promise.all(
    clients.map((conn, i) => askOn(conn, `${i}`)),
  );
  for (const conn of clients) conn.close();
  assertEquals(answers, clients.map((_, i) => `app:${i}`));
  assertEquals(await stopped, 0);
});
