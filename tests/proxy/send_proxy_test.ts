import { assertEquals, assertMatch } from "@std/assert";
import { parseProxyHeader } from "../../src/net/proxy_protocol_parse.ts";
import type { ProxyHeader } from "../../src/net/proxy_protocol.ts";
import { clientHello, records } from "../support/client_hello.ts";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import { tlv, v2 } from "../support/proxy_headers.ts";
import { type Service, service } from "../support/services.ts";
import { bytesOf, concat, readAll, textOf, writeAll } from "../support/tcp.ts";

const GET = bytesOf("GET / HTTP/1.1\r\nHost: A.test:8080\r\n\r\n");
const V1 = bytesOf("PROXY TCP4 192.0.2.1 198.51.100.2 40000 443\r\n");
const FROM_US = { from: ["127.0.0.0/8"] };

/** A target that keeps what it got, and by which first read. */
function keeper(): Service & { readonly got: Promise<Uint8Array[]> } {
  const { promise, resolve } = Promise.withResolvers<Uint8Array[]>();
  const target = service(async (conn) => {
    const buffer = new Uint8Array(64 * 1024);
    const count = await conn.read(buffer) ?? 0;
    const first = buffer.slice(0, count);
    resolve([first, await readAll(conn)]);
    await writeAll(conn, bytesOf("ok"));
  });
  return Object.assign(target, { got: promise });
}

/** Sends all at once, ends the write side, waits for the answer. */
async function send(port: number, bytes: Uint8Array): Promise<number> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const { port: local } = conn.localAddr;
  await writeAll(conn, bytes);
  await conn.closeWrite();
  assertEquals(textOf(await readAll(conn)), "ok");
  conn.close();
  return local;
}

/** The header in front of some bytes, and what is behind it. */
function split(bytes: Uint8Array): { header: ProxyHeader; rest: Uint8Array } {
  const look = parseProxyHeader(bytes);
  assertEquals(look.kind, "header");
  if (look.kind !== "header") throw new Error("no header");
  return { header: look.header, rest: bytes.subarray(look.length) };
}

/** TLVs as text, without the checksum. */
function tlvTexts({ tlvs }: ProxyHeader): [number, string][] {
  return tlvs.filter(({ type }) => type !== 3)
    .map(({ type, value }) => [type, textOf(value)]);
}

Deno.test("send_proxy: v1 goes out with the client's bytes in one write, and is none of its bytes", async () => {
  await using target = keeper();
  await using proxy = serveConfig(oneServer({
    HTTP: forwardTo(target.address, { send_proxy: "v1" }),
  }));
  const port = await send(proxy.port, GET);
  const [first] = await target.got;
  assertEquals(
    textOf(first!),
    `PROXY TCP4 127.0.0.1 127.0.0.1 ${port} ${proxy.port}\r\n${textOf(GET)}`,
  );
  const { bytesUp, uniqueId, proxy: by } = await proxy.report(1);
  assertEquals([bytesUp, uniqueId, by], [GET.length, undefined, undefined]);
});

Deno.test("send_proxy: v2 has the host, a checksum and a name that the log shows too", async () => {
  await using target = keeper();
  await using proxy = serveConfig(oneServer({
    HTTP: forwardTo(target.address, { send_proxy: "v2" }),
  }));
  const port = await send(proxy.port, GET);
  const { header, rest } = split(concat(await target.got));
  assertEquals(rest, GET);
  assertEquals(header.ends, {
    source: { hostname: "127.0.0.1", port },
    destination: { hostname: "127.0.0.1", port: proxy.port },
  });
  assertEquals(header.tlvs[0]?.type, 3, "its checksum was verified");
  const { uniqueId } = await proxy.report(1);
  assertMatch(uniqueId!, /^[0-9a-f]{16}-1$/);
  assertEquals(tlvTexts(header), [[2, "a.test"], [5, uniqueId]]);
});

Deno.test("send_proxy: v2 has the server name, and the ALPN protocol when the client offers only one", async () => {
  for (const alpn of [["h2"], ["h2", "http/1.1"], null]) {
    await using target = keeper();
    await using proxy = serveConfig(oneServer({
      TLS: forwardTo(target.address, { send_proxy: "v2" }),
    }));
    const hello = records(clientHello({ sni: "b.test", alpn }));
    await send(proxy.port, hello);
    const { header, rest } = split(concat(await target.got));
    assertEquals(rest, hello);
    const { uniqueId } = await proxy.report(1);
    assertEquals(tlvTexts(header), [
      ...(alpn?.length === 1 ? [[1, "h2"]] : []),
      [2, "b.test"],
      [5, uniqueId],
    ]);
  }
});

Deno.test("send_proxy: no two connections have the same name, of two servers neither", async () => {
  await using target = service(async (conn) => {
    await readAll(conn);
    await writeAll(conn, bytesOf("ok"));
  });
  const config = oneServer({
    HTTP: forwardTo(target.address, { send_proxy: "v2" }),
  });
  await using one = serveConfig(config);
  await using two = serveConfig(config);
  for (const { port } of [one, one, two, two]) await send(port, GET);
  const ids = [];
  for (const server of [one, two]) {
    for (const nth of [1, 2]) ids.push((await server.report(nth)).uniqueId);
  }
  assertEquals(new Set(ids).size, 4);
});

Deno.test("send_proxy: the header goes to a target that speaks first, before the client has said a byte", async () => {
  await using greeter = service(async (conn) => {
    const buffer = new Uint8Array(1024);
    const count = await conn.read(buffer) ?? 0;
    await writeAll(conn, concat([bytesOf("220 "), buffer.subarray(0, count)]));
    assertEquals(textOf(await readAll(conn)), "QUIT\r\n");
  });
  await using proxy = serveConfig(oneServer({
    options: { detect_timeout: "50ms" },
    SILENT: forwardTo(greeter.address, { send_proxy: "v1" }),
  }));
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  const buffer = new Uint8Array(1024);
  const greeting = buffer.subarray(0, await conn.read(buffer) ?? 0);
  assertMatch(textOf(greeting), /^220 PROXY TCP4 127\.0\.0\.1 .*\r\n$/s);
  await writeAll(conn, bytesOf("QUIT\r\n"));
  await conn.closeWrite();
  await readAll(conn);
  conn.close();
  assertEquals((await proxy.report(1)).bytesUp, 6);
});

Deno.test("send_proxy: an IPv4 client of a listener on all interfaces is one of IPv4", async () => {
  await using target = keeper();
  await using proxy = serveConfig({
    version: "v1.0.0",
    servers: {
      ":0": { HTTP: forwardTo(target.address, { send_proxy: "v1" }) },
    },
  });
  await send(proxy.port, GET);
  const [first] = await target.got;
  assertMatch(textOf(first!), /^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d/);
});

Deno.test("send_proxy: the client of an accepted header is sent on, in either version", async () => {
  for (const [version, received] of [["v1", v2()], ["v2", V1]] as const) {
    await using target = keeper();
    await using proxy = serveConfig(oneServer({
      options: { accept_proxy: FROM_US },
      HTTP: forwardTo(target.address, { send_proxy: version }),
    }));
    await send(proxy.port, concat([received, GET]));
    const { header, rest } = split(concat(await target.got));
    assertEquals(rest, GET);
    assertEquals(header.ends, {
      source: { hostname: "192.0.2.1", port: 40000 },
      destination: { hostname: "198.51.100.2", port: 443 },
    });
  }
});

Deno.test("send_proxy: what a proxy before us said is sent on as it is, and wins", async () => {
  await using target = keeper();
  await using proxy = serveConfig(oneServer({
    options: { accept_proxy: FROM_US },
    HTTP: forwardTo(target.address, { send_proxy: "v2" }),
  }));
  const tlvs = [
    tlv(4, "padding"),
    tlv(5, "edge-7"),
    tlv(0xea, "vpce-1"),
    tlv(1, "h2"),
  ];
  await send(proxy.port, concat([v2({ tlvs }), GET]));
  const { header } = split(concat(await target.got));
  assertEquals(tlvTexts(header), [
    [5, "edge-7"],
    [0xea, "vpce-1"],
    [1, "h2"],
    [2, "a.test"],
  ]);
  assertEquals((await proxy.report(1)).uniqueId, "edge-7");
});

Deno.test("send_proxy: what a proxy before us sent without a value is what passthru found out", async () => {
  await using target = keeper();
  await using proxy = serveConfig(oneServer({
    options: { accept_proxy: FROM_US },
    HTTP: forwardTo(target.address, { send_proxy: "v2" }),
  }));
  const tlvs = [tlv(5, ""), tlv(2, ""), tlv(0xe0, "")];
  await send(proxy.port, concat([v2({ tlvs }), GET]));
  const { header } = split(concat(await target.got));
  const { uniqueId } = await proxy.report(1);
  assertMatch(uniqueId!, /^[0-9a-f]{16}-1$/);
  assertEquals(tlvTexts(header), [[0xe0, ""], [2, "a.test"], [5, uniqueId]]);
});

Deno.test("send_proxy: a long header is not made longer than the next passthru takes", async () => {
  await using target = keeper();
  await using inner = serveConfig(oneServer({
    options: { accept_proxy: FROM_US },
    HTTP: forwardTo(target.address, { send_proxy: "v2" }),
  }));
  await using outer = serveConfig(oneServer({
    options: { accept_proxy: FROM_US },
    HTTP: forwardTo(`127.0.0.1:${inner.port}`, { send_proxy: "v2" }),
  }));
  // With it, the checksum and nothing else fit into 4096 bytes.
  const certificate = "x".repeat(4096 - 16 - 12 - 7 - 3);
  const tlvs = [tlv(0xe0, certificate)];
  await send(outer.port, concat([v2({ tlvs }), GET]));
  const { header, rest } = split(concat(await target.got));
  assertEquals(rest, GET);
  assertEquals(tlvTexts(header), [[0xe0, certificate]]);
});

Deno.test("send_proxy: after a header without addresses the ends are those of the connection", async () => {
  await using target = keeper();
  await using proxy = serveConfig(oneServer({
    options: { accept_proxy: FROM_US },
    HTTP: forwardTo(target.address, { send_proxy: "v1" }),
  }));
  await send(proxy.port, concat([bytesOf("PROXY UNKNOWN\r\n"), GET]));
  const { header } = split(concat(await target.got));
  assertEquals(header.ends?.destination.port, proxy.port);
});

Deno.test("send_proxy: passthru behind passthru keeps the client and its name", async () => {
  await using target = keeper();
  await using inner = serveConfig(oneServer({
    options: { accept_proxy: FROM_US },
    HTTP: forwardTo(target.address, { send_proxy: "v2" }),
  }));
  await using outer = serveConfig(oneServer({
    HTTP: forwardTo(`127.0.0.1:${inner.port}`, { send_proxy: "v2" }),
  }));
  const port = await send(outer.port, GET);
  const { header, rest } = split(concat(await target.got));
  assertEquals(rest, GET);
  assertEquals(header.ends, {
    source: { hostname: "127.0.0.1", port },
    destination: { hostname: "127.0.0.1", port: outer.port },
  });
  const [first, second] = [await outer.report(1), await inner.report(1)];
  assertEquals(first.client, second.client);
  assertEquals(first.uniqueId, second.uniqueId);
});
