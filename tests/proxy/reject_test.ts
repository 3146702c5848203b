/** What becomes of clients that a rule rejects, in this process. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async/delay";
import { connectLocal, expectEnd } from "../support/dialogue.ts";
import {
  frame,
  literals,
  opening,
  PREFACE,
  request,
  SETTINGS,
} from "../support/http2_frames.ts";
import { helloRecord } from "../support/client_hello.ts";
import {
  oneServer,
  serveConfig,
  type TestServer,
} from "../support/passthru.ts";
import { bytesOf, noise, readAll, textOf, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";
import { wire } from "../support/wire.ts";

const GET = bytesOf("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");

function rejectWith(how: string, more: object = {}): object {
  return { CATCHALL: { action: "REJECT", with: how, ...more } };
}

/** Sends bytes and reads the whole answer, without ending its own side. */
async function ask(proxy: TestServer, bytes: Uint8Array): Promise<Uint8Array> {
  const conn = await connectLocal(proxy.port);
  await writeAll(conn, bytes);
  const answer = await within("the answer", readAll(conn));
  conn.close();
  return answer;
}

/** A drop that has begun: it reads more than any socket buffer takes. */
async function dropped(proxy: TestServer): Promise<Deno.TcpConn> {
  const conn = await connectLocal(proxy.port);
  await writeAll(conn, GET);
  await within("the writing", writeAll(conn, noise(16 * 1024 * 1024)));
  return conn;
}

Deno.test("REJECT with tls_alert: an alert and the end, reported as rejected", async () => {
  await using proxy = serveConfig(oneServer({
    TLS: {
      "SNI a.example": { action: "REJECT", with: "tls_alert", name: "gone" },
    },
    SSH: { CATCHALL: { action: "REJECT" } },
    CATCHALL: rejectWith("tls_alert"),
  }));
  const alert = [21, 3, 3, 0, 2, 2, 112];
  for (const sni of ["a.example", "b.example"]) {
    assertEquals([...await ask(proxy, helloRecord({ sni }))], alert);
  }
  const broken = helloRecord({ sni: "a\0b" });
  assertEquals([...await ask(proxy, broken)], [...alert.slice(0, 6), 50]);
  assertEquals((await ask(proxy, bytesOf("\0garbage"))).length, 0);
  assertEquals((await ask(proxy, bytesOf("SSH-2.0-x\r\n"))).length, 0);
  await proxy.report(5);
  assertEquals(
    proxy.reports.map(({ reason, rule, with: how }) => [reason, rule, how]),
    [
      ["rejected", "TLS/SNI a.example", "tls_alert"],
      ["rejected", "CATCHALL/CATCHALL", "tls_alert"],
      ["rejected", "CATCHALL/CATCHALL", "tls_alert"],
      ["rejected", "CATCHALL/CATCHALL", "close"],
      ["rejected", "SSH/CATCHALL", undefined],
    ],
  );
});

Deno.test("REJECT with http_status: HTTP/1 and HTTP/2 are answered, others closed", async () => {
  await using proxy = serveConfig(oneServer({
    HTTP: {
      ...rejectWith("http_status", { status: 403 }),
      // With a rule that tests it, a host that is in doubt makes it malformed.
      "HOST b.example": { action: "REJECT" },
    },
    HTTP2: {},
    CATCHALL: rejectWith("http_status"),
  }));
  assertMatch(
    textOf(await ask(proxy, GET)),
    /^HTTP\/1\.1 403 Forbidden\r\n.*\r\n\r\n403 Forbidden\n$/s,
  );
  const h2 = await ask(proxy, opening(literals(request("a.example"))));
  assertEquals([h2[3], h2[9 + 3], h2[18 + 3]], [4, 4, 1]);
  assertEquals((await ask(proxy, bytesOf("\0garbage"))).length, 0);
  const broken = bytesOf("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  assertMatch(textOf(await ask(proxy, broken)), /^HTTP\/1\.1 400 /);
  await proxy.report(4);
  assertEquals(
    proxy.reports.map(({ protocol, with: how }) => [protocol, how]),
    [
      ["HTTP", "http_status 403"],
      ["HTTP2", "http_status 421"],
      [null, "close"],
      [null, "http_status 400"],
    ],
  );
});

Deno.test("REJECT with http_status: HTTP/2 is answered on its request, however it is cut", async () => {
  await using proxy = serveConfig(
    oneServer({ HTTP2: rejectWith("http_status") }),
  );
  const block = literals(request("a.example"));
  const parts = [PREFACE, SETTINGS, frame(1, 0x05, 5, block)];
  const conn = await connectLocal(proxy.port);
  for (const part of parts) {
    await writeAll(conn, part);
    await delay(5);
  }
  const cut = await within("the answer", readAll(conn));
  conn.close();
  const whole = await ask(proxy, wire(...parts));
  assertEquals(whole[18 + 8], 5, "the stream of the request");
  // Who seems to wait before the request has got SETTINGS in the target's stead.
  assertEquals(cut.slice(-whole.length), whole);
});

Deno.test("REJECT with http_status: a client that is still sending reads its answer", async () => {
  await using proxy = serveConfig(
    oneServer({ HTTP: rejectWith("http_status") }),
  );
  const head = bytesOf(
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n",
  );
  for (let round = 0; round < 5; round++) {
    const answer = await ask(proxy, wire(head, noise(512 * 1024)));
    assertMatch(textOf(answer), /^HTTP\/1\.1 421 /);
  }
});

Deno.test("REJECT with drop: not a byte, what is sent is read, until the client leaves", async () => {
  await using proxy = serveConfig(oneServer({ HTTP: rejectWith("drop") }));
  const conn = await dropped(proxy);
  assertEquals(proxy.server.connections, 1);
  await conn.closeWrite();
  await within("the end", expectEnd(conn));
  conn.close();
  const { reason, with: how, bytesUp } = await proxy.report(1);
  assertEquals([reason, how, bytesUp], ["rejected", "drop", 0]);
});

Deno.test("REJECT with drop: ends with the idle timeout, its own or the server's", async () => {
  for (const where of ["action", "options"]) {
    const timeout = { idle_timeout: "60ms" };
    await using proxy = serveConfig(oneServer({
      options: where === "options" ? timeout : {},
      HTTP: rejectWith("drop", where === "action" ? timeout : {}),
    }));
    const start = performance.now();
    assertEquals((await ask(proxy, GET)).length, 0);
    assert(performance.now() - start > 55);
    assertEquals((await proxy.report(1)).with, "drop");
  }
});

Deno.test("REJECT with drop: a silent client is held after its timeout", async () => {
  const options = { detect_timeout: "20ms" };
  await using proxy = serveConfig({
    version: "v1.0.0",
    defaults: options,
    servers: {
      "127.0.0.1:0": { SILENT: rejectWith("drop") },
      "127.0.0.2:0": { SILENT: { CATCHALL: { action: "REJECT" } } },
    },
  });
  const conn = await connectLocal(proxy.port);
  // A client that comes later has the same time, and is closed behind it.
  const { port } = proxy.server.listeners[1]!.address;
  const later = await connectLocal(port, "127.0.0.2");
  await within("the end", expectEnd(later));
  later.close();
  await within("the writing", writeAll(conn, noise(16 * 1024 * 1024)));
  await conn.closeWrite();
  await within("the end", expectEnd(conn));
  conn.close();
  const { protocol, with: how } = await proxy.report(2);
  assertEquals([protocol, how], ["SILENT", "drop"]);
});

Deno.test("REJECT with drop: nobody is held when the server stops", async () => {
  const proxy = serveConfig(oneServer({ HTTP: rejectWith("drop") }));
  const conn = await dropped(proxy);
  assertEquals(await within("the stop", proxy.server.stop(60_000)), 0);
  await expectEnd(conn);
  conn.close();
  assertEquals((await proxy.report(1)).reason, "rejected");
});

Deno.test("REJECT with drop: one that is closed by its number is reported so", async () => {
  await using proxy = serveConfig(oneServer({ HTTP: rejectWith("drop") }));
  const conn = await dropped(proxy);
  assert(proxy.server.closeOne(1, "closed_by_admin"));
  await within("the end", expectEnd(conn));
  conn.close();
  const { reason, with: how } = await proxy.report(1);
  assertEquals([reason, how], ["closed_by_admin", "drop"]);
});

Deno.test("REJECT with drop: nobody is held any more once the server is stopping", async () => {
  const proxy = serveConfig(oneServer({
    options: { detect_timeout: "50ms" },
    SILENT: rejectWith("drop"),
  }));
  const conn = await connectLocal(proxy.port);
  await until(
    "the connection",
    () => proxy.server.connections === 1 ? true : null,
  );
  assertEquals(await within("the stop", proxy.server.stop(60_000)), 0);
  await expectEnd(conn);
  conn.close();
});
