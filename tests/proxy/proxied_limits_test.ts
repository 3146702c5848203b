/** Limits count the client that a PROXY header names, not the proxy. */
import { assertEquals } from "@std/assert";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import { expectText, promptEcho } from "../support/dialogue.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";

/** Connects as a proxy would for such a client, and says a byte for it. */
async function connectFor(port: number, client: string): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, bytesOf(`PROXY TCP4 ${client} 192.0.2.9 1 2\r\nx`));
  return conn;
}

Deno.test("limits: allow and the limits per address are of the client behind a proxy", async () => {
  await using web = promptEcho("web");
  await using proxy = serveConfig(oneServer({
    options: {
      accept_proxy: { from: ["127.0.0.0/8"] },
      allow: ["192.0.2.0/24"],
      max_connections_per_ip: 1,
    },
    CATCHALL: forwardTo(web.address),
  }));
  const first = await connectFor(proxy.port, "192.0.2.1");
  await expectText(first, "web:x");
  const refused = [
    ["192.0.2.1", "max_connections_per_ip 1 reached"],
    ["198.51.100.1", "not in allow"],
  ] as const;
  for (const [nth, [client, error]] of refused.entries()) {
    const conn = await connectFor(proxy.port, client);
    assertEquals((await readAll(conn)).length, 0);
    conn.close();
    const report = await proxy.report(nth + 1);
    assertEquals(
      [report.reason, report.error, report.client],
      ["limit", error, `${client}:1`],
    );
  }
  const other = await connectFor(proxy.port, "192.0.2.2");
  await expectText(other, "web:x");
  first.close();
  await proxy.report(3);
  const again = await connectFor(proxy.port, "192.0.2.1");
  await expectText(again, "web:x");
  for (const conn of [other, again]) conn.close();
});
