/** What `explain` says of a connection, against what became of it when served. */
import { assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { listenerContext } from "../../src/explain/context.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { toRecord } from "../../src/explain/record.ts";
import { hello } from "../support/explain.ts";
import { flowOf } from "../support/flows.ts";
import { oneServer, serveConfig } from "../support/passthru.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";

const REJECT = { action: "REJECT" };

const SENT: readonly (readonly Uint8Array[])[] = [
  [hello("a.example.com")],
  [
    hello("a.example.com", ["h2"]).subarray(0, 50),
    hello("a.example.com", ["h2"]).subarray(50),
  ],
  [hello("x.example.com")],
  [hello("example.org")],
  [hello(null)],
  [hello("a.example.com").subarray(0, 60)],
  [bytesOf("GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n")],
  [bytesOf("GET / HTTP/1.1\r\n"), bytesOf("Host: a.example.com:80\r\n\r\n")],
  [bytesOf("POST / HTTP/1.1\r\nHost: b\r\nHost: c\r\n\r\n")],
  [bytesOf(`GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(2000)}`)],
  [bytesOf("SSH-2.0-OpenSSH_9.6\r\n")],
  [bytesOf("SSH-2.0-dropbear\r\n")],
  [bytesOf("SSH-2.0-")],
  [bytesOf("hello")],
  [],
];

Deno.test("explain says what the data plane does", async () => {
  await using echo = namedEcho("echo");
  const forward = { action: "FORWARD", to_addr: echo.address };
  const config = oneServer({
    options: { max_peek: "1KiB" },
    SSH: { "SOFTWARE OpenSSH*": forward },
    TLS: {
      "SNI *.example.com": forward,
      "SNI a.example.com ALPN h2": forward,
      "SNI a.example.com": REJECT,
      "CATCHALL": forward,
    },
    HTTP: { "PATH /api*": forward, "HOST a.example.com": forward },
    CATCHALL: { CATCHALL: forward },
  });
  const registry = new Registry(BUILTINS);
  const { plan } = loadConfig("x", bytesOf(JSON.stringify(config)), registry);
  const context = listenerContext(plan!.listeners[0]!, registry);
  await using passthru = serveConfig(config);
  for (const [index, segments] of SENT.entries()) {
    const port = passthru.port;
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    for (const segment of segments) await writeAll(conn, segment);
    await conn.closeWrite();
    await readAll(conn).catch(() => {});
    conn.close();
    const report = await passthru.report(index + 1);
    const explained = toRecord(
      explainFlow({ ...flowOf(...segments), end: "eof" }, context),
    );
    assertEquals(
      [explained.protocol, explained.facts, explained.rule, explained.target],
      [report.protocol, report.facts, report.rule, report.target],
      `connection ${index + 1}`,
    );
  }
});
