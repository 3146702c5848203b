/** However a connection ends, its target counts it no more. */
import { assert, assertEquals } from "@std/assert";
import { blackHole } from "../support/black_hole.ts";
import { connectLocal, expectText, promptEcho } from "../support/dialogue.ts";
import {
  oneServer,
  serveConfig,
  type TestServer,
} from "../support/passthru.ts";
import { connectAndReset, resettingService } from "../support/reset.ts";
import { service } from "../support/services.ts";
import { bytesOf, closedPort, readAll, writeAll } from "../support/tcp.ts";
import { until } from "../support/wait.ts";

/** An action that forwards to one of several targets. */
function to(targets: readonly string[], more: object = {}): object {
  const action = { action: "FORWARD", to_addr: targets, ...more };
  return { CATCHALL: action };
}

/** Says something, then waits for the end. */
async function say(port: number, text: string): Promise<void> {
  using conn = await connectLocal(port);
  await writeAll(conn, bytesOf(text));
  await readAll(conn).catch(() => {});
}

/** Says something and hears it back. */
async function begin(port: number, text: string): Promise<Deno.TcpConn> {
  const conn = await connectLocal(port);
  await writeAll(conn, bytesOf(text));
  await expectText(conn, `echo:${text}`);
  return conn;
}

function sum(proxy: TestServer): number {
  return proxy.openTo().reduce((all, one) => all + one, 0);
}

Deno.test("counts: after connections that ended in every way no target has any", async () => {
  await using echo = promptEcho("echo");
  await using leaves = service((conn) => writeAll(conn, bytesOf("bye")));
  await using resets = await resettingService(bytesOf("once"));
  using silent = await blackHole();
  const closed = ["127.0.0.1:1", `127.0.0.1:${closedPort()}`];
  await using proxy = serveConfig(oneServer({
    options: { detect_timeout: "50ms" },
    SSH: to([echo.address, closed[1]!]),
    REDIS: to([closed[1]!, echo.address], { idle_timeout: "50ms" }),
    HTTP: {
      ...to([leaves.address, closed[1]!]),
      "HOST rejected": { action: "REJECT" },
    },
    RTSP: to([resets.address, closed[1]!]),
    SILENT: to([silent.address, closed[1]!], { connect_timeout: "50ms" }),
    CATCHALL: to(closed),
  }));
  const { port } = proxy;
  const ssh = "SSH-2.0-x\r\n";
  const reasons: string[] = [];
  const end = async (ending: Promise<void>) => {
    await ending;
    reasons.push((await proxy.report(reasons.length + 1)).reason);
    assertEquals(sum(proxy), 0, `after ${reasons}`);
  };
  await end((async () => {
    using conn = await begin(port, ssh);
    assertEquals(sum(proxy), 1);
    await conn.closeWrite();
    await readAll(conn);
  })());
  await end(say(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  // This one goes to the second target in its turn or by a retry.
  await end(say(port, "PING\r\n"));
  await end((async () => {
    const dialled = until("the dial", () => sum(proxy) === 1 ? true : null);
    await connectAndReset(port, bytesOf(ssh), dialled.then(() => {}));
  })());
  await end((async () => {
    using conn = await connectLocal(port);
    await writeAll(conn, bytesOf("OPTIONS rtsp://x/ RTSP/1.0\r\n\r\n"));
    await expectText(conn, "once");
    await writeAll(conn, bytesOf("more"));
    await readAll(conn).catch(() => {});
  })());
  await end(say(port, "GET / HTTP/1.1\r\nHost: rejected\r\n\r\n"));
  await end(say(port, "\x00"));
  await end(say(port, ""));
  assertEquals(reasons, [
    "client_eof",
    "target_eof",
    "idle_timeout",
    "client_reset",
    "target_reset",
    "rejected",
    "dial_failed",
    "dial_failed",
  ]);
  assert(proxy.reports.some(({ retried }) => retried !== undefined));
});

Deno.test("counts: after a stop in the middle of a dial and of forwarding there are none", async () => {
  await using echo = promptEcho("echo");
  using silent = await blackHole();
  const single = (addr: string) => ({
    CATCHALL: { action: "FORWARD", to_addr: addr },
  });
  await using proxy = serveConfig(oneServer({
    SSH: single(echo.address),
    CATCHALL: single(silent.address),
  }));
  using forwarded = await begin(proxy.port, "SSH-2.0-x\r\n");
  const dialled = say(proxy.port, "\x00");
  await until("both", () => String(proxy.openTo()) === "1,1" ? true : null);
  assertEquals(await proxy.server.stop(0), 2);
  await dialled;
  await readAll(forwarded);
  assertEquals(proxy.openTo(), [0, 0]);
  assertEquals(
    proxy.reports.map(({ reason }) => reason),
    ["drain_deadline", "drain_deadline"],
  );
});
