/** Requests to cancel, which go to every target that they may be for. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { oneServer, serveConfig } from "../support/passthru.ts";
import {
  CANCEL_REQUEST,
  GSSENC_REQUEST,
  TestClient,
} from "../support/postgres_wire.ts";
import { type Service, service } from "../support/services.ts";
import { closedPort, readExactly, textOf } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";

const SENT = textOf(CANCEL_REQUEST);

/** A server that reads so many bytes, keeps them, and closes. */
interface Target extends Service {
  readonly got: string[];
}

function target(bytes = CANCEL_REQUEST.length): Target {
  const got: string[] = [];
  const serving = service(async (conn) => {
    got.push(textOf(await readExactly(conn, bytes)));
  });
  return { ...serving, got };
}

function to(address: string, more: object = {}): unknown {
  return { action: "FORWARD", to_addr: address, ...more };
}

/** Two names, and nothing for anybody else. */
function byName(a: unknown, b: unknown): unknown {
  return oneServer({
    POSTGRES: { "SNI a.test": a, "SNI b.test": b },
    CATCHALL: { CATCHALL: { action: "REJECT" } },
  });
}

async function cancel(port: number): Promise<void> {
  using client = await TestClient.connect(port);
  await client.send(CANCEL_REQUEST);
  assertEquals(await within("the end", client.rest()), "");
}

Deno.test("a request to cancel reaches each target once, and ends when they have closed", async () => {
  await using a = target();
  await using b = target();
  await using proxy = serveConfig(byName(to(a.address), to(b.address)));
  await cancel(proxy.port);
  assertEquals([a.got, b.got], [[SENT], [SENT]]);
  const report = await proxy.report(1);
  assertEquals(
    [report.protocol, report.facts, report.rule, report.reason],
    ["POSTGRES", { cancel: true }, "POSTGRES/CANCEL", "target_eof"],
  );
  assertEquals(
    [report.target, report.sentTo, report.bytesUp, report.retried],
    [null, `${a.address}, ${b.address}`, 2 * SENT.length, undefined],
  );
});

Deno.test("a request to cancel reaches a target behind the PROXY header of its route", async () => {
  await using a = target();
  const header = "PROXY TCP4 127.0.0.1 127.0.0.1 00000 00000\r\n".length;
  await using b = target(header + SENT.length);
  const withHeader = to(b.address, { send_proxy: "v1" });
  await using proxy = serveConfig(byName(to(a.address), withHeader));
  await cancel(proxy.port);
  assertEquals(a.got, [SENT]);
  assertMatch(b.got[0]!, /^PROXY TCP4 127.0.0.1 127.0.0.1 \d+ \d+\r\n/);
  assert(b.got[0]!.endsWith(SENT));
  await proxy.report(1);
});

Deno.test("a request to cancel reaches the targets that are there", async () => {
  await using a = target();
  const gone = `127.0.0.1:${closedPort()}`;
  await using proxy = serveConfig(byName(to(gone), to(a.address)));
  await cancel(proxy.port);
  assertEquals(a.got, [SENT]);
  const report = await proxy.report(1);
  assertEquals([report.reason, report.sentTo], ["target_eof", a.address]);
  assertEquals(report.retried, `${gone}: connection refused`);
});

Deno.test("a request to cancel that reaches nobody is a failed dial", async () => {
  const [a, b] = [`127.0.0.1:${closedPort()}`, `127.0.0.1:${closedPort()}`];
  await using proxy = serveConfig(byName(to(a), to(b)));
  await cancel(proxy.port);
  const report = await proxy.report(1);
  assertEquals(report.reason, "dial_failed");
  const refused = "connection refused";
  assertEquals(report.error, `Cannot dial ${a}: ${refused}; ${b}: ${refused}`);
});

Deno.test("a request to cancel is answered in good time though a target does not close", async () => {
  await using a = target();
  const { promise: left, resolve } = Promise.withResolvers<void>();
  await using b = service(async (conn) => {
    await readExactly(conn, SENT.length + 1);
    resolve();
  });
  {
    await using proxy = serveConfig(byName(to(a.address), to(b.address)));
    const start = performance.now();
    await cancel(proxy.port);
    const ms = performance.now() - start;
    assert(ms >= 990, `the client waits for all: ${ms} ms`);
    assertEquals(a.got, [SENT]);
    assertEquals(proxy.reports.length, 0, "a target is still waited for");
    proxy.server.close("drain_deadline");
    assertEquals((await proxy.report(1)).reason, "drain_deadline");
  }
  await within("the end of the target's connection", left);
});

Deno.test("a request to cancel goes on without the request for encryption before it", async () => {
  await using a = target();
  await using b = target();
  await using proxy = serveConfig(byName(to(a.address), to(b.address)));
  using client = await TestClient.connect(proxy.port);
  await client.send(GSSENC_REQUEST);
  assertEquals(await client.hear(1), "N");
  await client.send(CANCEL_REQUEST);
  assertEquals(await client.rest(), "");
  assertEquals([a.got, b.got], [[SENT], [SENT]]);
  await proxy.report(1);
});

Deno.test("a request to cancel does not multiply where listeners lead to each other", async () => {
  await using a = target();
  const ports = [closedPort(), closedPort(), closedPort()];
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  const servers = Object.fromEntries(addresses.map((own) => [own, {
    POSTGRES: {
      CATCHALL: to(own, {
        to_addr: [a.address, ...addresses.filter((one) => one !== own)],
      }),
    },
  }]));
  await using proxy = serveConfig({ version: "v1.0.0", servers });
  await cancel(ports[0]!);
  await until("the end", () => proxy.server.connections === 0 || null);
  // The one, those to both others, and from each of those to both others.
  assertEquals(proxy.reports.length, 1 + 2 + 4);
  const ends = proxy.reports.filter(({ error }) =>
    error?.includes("come back")
  );
  assertEquals(ends.length, 4);
  assertEquals(a.got.length, 3);
});
