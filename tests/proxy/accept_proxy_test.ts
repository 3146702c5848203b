import { assert, assertEquals, assertMatch } from "@std/assert";
import { connect } from "node:net";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import {
  askInPieces,
  FROM_OTHERS,
  FROM_US,
  GET,
  proxiedServer,
  V1,
} from "../support/proxied.ts";
import { tlv, v2 } from "../support/proxy_headers.ts";
import { namedEcho, service } from "../support/services.ts";
import { bytesOf, concat, readAll, textOf, writeAll } from "../support/tcp.ts";

Deno.test("accept_proxy: the client is whom the header names, and the target gets the client's bytes only", async () => {
  await using web = namedEcho("web");
  await using proxy = proxiedServer(web, FROM_US);
  const named = "192.0.2.1:40000";
  const cases: [Uint8Array, string | null][] = [
    [V1, named],
    [v2(), named],
    [v2({ tlvs: [tlv(2, "a.test"), tlv(5, "id 1")] }), named],
    [bytesOf("PROXY TCP6 ::1 ::2 1 2\r\n"), "[::1]:1"],
    [bytesOf("PROXY TCP6 ::ffff:192.0.2.9 ::2 1 2\r\n"), "192.0.2.9:1"],
    [bytesOf("PROXY UNKNOWN\r\n"), null],
    [v2({ command: 0x20, family: 0, addresses: new Uint8Array() }), null],
    [v2({ family: 0x31, addresses: new Uint8Array(216) }), null],
  ];
  for (const [nth, [header, client]] of cases.entries()) {
    const answer = await askInPieces(proxy.port, [concat([header, GET])]);
    assertEquals(answer, `web:${textOf(GET)}`);
    const report = await proxy.report(nth + 1);
    assertMatch(report.proxy!, /^127\.0\.0\.1:\d+$/);
    assertEquals(report.client, client ?? report.proxy);
    assertEquals(
      [report.reason, report.protocol, report.bytesUp, report.error],
      ["client_eof", "HTTP", GET.length, undefined],
    );
  }
});

Deno.test("accept_proxy: a header that comes byte by byte, or cut anywhere, is the same", async () => {
  await using web = namedEcho("web");
  await using proxy = proxiedServer(web, FROM_US);
  for (const header of [V1, v2({ tlvs: [tlv(2, "a.test")] })]) {
    const bytes = concat([header, GET]);
    const cuts = [1, 5, 12, 15, 16, 28, header.length - 1, header.length];
    const asked = cuts.map((at) => [
      bytes.subarray(0, at),
      bytes.subarray(at),
    ]);
    asked.push(Array.from(bytes, (byte) => Uint8Array.of(byte)));
    const answers = await Promise.all(
      asked.map((p) => askInPieces(proxy.port, p)),
    );
    for (const answer of answers) assertEquals(answer, `web:${textOf(GET)}`);
  }
  for (let nth = 1; nth <= 18; nth++) {
    assertEquals((await proxy.report(nth)).client, "192.0.2.1:40000");
  }
});

Deno.test("accept_proxy: where it is not required, other sources are plain clients whose headers are bytes", async () => {
  await using any = namedEcho("any");
  await using proxy = serveConfig(oneServer({
    options: { accept_proxy: { ...FROM_OTHERS, required: false } },
    HTTP: { CATCHALL: { action: "REJECT" } },
    CATCHALL: forwardTo(any.address),
  }));
  const bytes = concat([V1, v2(), GET]);
  assertEquals(
    await askInPieces(proxy.port, [bytes]),
    textOf(concat([bytesOf("any:"), bytes])),
  );
  const { client, proxy: by, bytesUp } = await proxy.report(1);
  assertMatch(client, /^127\.0\.0\.1:/);
  assertEquals([by, bytesUp], [undefined, bytes.length]);
});

Deno.test("accept_proxy: where it is not required, a listed source may send a header or none", async () => {
  await using web = namedEcho("web");
  await using proxy = proxiedServer(web, { ...FROM_US, required: false });
  const answer = `web:${textOf(GET)}`;
  assertEquals(await askInPieces(proxy.port, [concat([v2(), GET])]), answer);
  assertEquals(await askInPieces(proxy.port, [GET]), answer);
  assertEquals((await proxy.report(1)).client, "192.0.2.1:40000");
  const plain = await proxy.report(2);
  assertMatch(plain.client, /^127\.0\.0\.1:/);
  assertEquals(plain.proxy, undefined);
});

Deno.test("accept_proxy: sources are told apart by their address", async () => {
  await using web = namedEcho("web");
  await using proxy = proxiedServer(web, { from: ["127.0.0.2"] });
  const answer = await new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connect({
      host: "127.0.0.1",
      port: proxy.port,
      localAddress: "127.0.0.2",
      allowHalfOpen: true,
    }, () => socket.end(concat([V1, GET])));
    socket.on("data", (bytes) => text += textOf(bytes));
    socket.on("end", () => resolve(text)).on("error", reject);
  });
  assertEquals(answer, `web:${textOf(GET)}`);
  assertEquals(await askInPieces(proxy.port, [concat([V1, GET])]), "");
  const reports = [await proxy.report(1), await proxy.report(2)];
  assertEquals(
    reports.map(({ reason }) => reason),
    ["client_eof", "untrusted_source"],
  );
});

Deno.test("accept_proxy: an IPv4 source of a listener on all interfaces is found in an IPv4 block", async () => {
  await using web = namedEcho("web");
  await using proxy = serveConfig({
    version: "v1.0.0",
    servers: {
      ":0": {
        options: { accept_proxy: FROM_US },
        HTTP: forwardTo(web.address),
      },
    },
  });
  const answer = await askInPieces(proxy.port, [concat([V1, GET])]);
  assertEquals(answer, `web:${textOf(GET)}`);
});

Deno.test("accept_proxy: a client that waits for the server goes to SILENT", async () => {
  await using greeter = service((conn) => writeAll(conn, bytesOf("220 hi")));
  await using proxy = serveConfig(oneServer({
    options: { accept_proxy: FROM_US, detect_timeout: "50ms" },
    SILENT: forwardTo(greeter.address),
  }));
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  await writeAll(conn, V1);
  assertEquals(textOf(await readAll(conn)), "220 hi");
  conn.close();
  const { rule, client } = await proxy.report(1);
  assertEquals([rule, client], ["SILENT/CATCHALL", "192.0.2.1:40000"]);
});

Deno.test("accept_proxy: a header does not count towards max_peek", async () => {
  await using web = namedEcho("web");
  await using proxy = proxiedServer(web, FROM_US, { max_peek: "512B" });
  const header = v2({ tlvs: [tlv(0xe0, new Uint8Array(450))] });
  const path = "x".repeat(460);
  const request = bytesOf(`GET /${path} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
  assert(request.length > 490 && request.length <= 512);
  // In one piece, so that the first read fills the buffer.
  const answer = await askInPieces(proxy.port, [concat([header, request])]);
  assertEquals(answer, `web:${textOf(request)}`);
  assertEquals((await proxy.report(1)).bytesUp, request.length);
});
