/** Clients that send nothing, and listeners that need not wait for them. */
import { assert, assertEquals } from "@std/assert";
import { connectLocal } from "../support/dialogue.ts";
import { freePorts } from "../support/free_ports.ts";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import { namedEcho, service } from "../support/services.ts";
import {
  bytesOf,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "../support/tcp.ts";
import { within } from "../support/wait.ts";

/** Longer than any test waits. */
const LONG = { detect_timeout: "1h", silent_after: "1h" };
const V1 = "PROXY TCP4 192.0.2.1 198.51.100.2 40000 443\r\n";

/** A service that greets, then gives back what it is told. */
function greeter() {
  return service(async (conn) => {
    await writeAll(conn, bytesOf("220 hello\r\n"));
    await writeAll(conn, await readAll(conn));
  });
}

/** Reads the greeting, and says something after it. */
async function talk(port: number, first = ""): Promise<string> {
  using conn = await connectLocal(port);
  await writeAll(conn, bytesOf(first));
  const greeting = textOf(await within("it", readExactly(conn, 11)));
  await writeAll(conn, bytesOf("QUIT\r\n"));
  await conn.closeWrite();
  return greeting + textOf(await readAll(conn));
}

for (
  const [name, protocol, rule] of [
    ["CATCHALL", null, "CATCHALL/CATCHALL"],
    ["SILENT", "SILENT", "SILENT/CATCHALL"],
  ] as const
) {
  Deno.test(`silence: a listener with only ${name} dials at once`, async () => {
    await using target = greeter();
    await using proxy = serveConfig(oneServer({
      options: LONG,
      [name]: forwardTo(target.address),
    }));
    assertEquals(await talk(proxy.port), "220 hello\r\nQUIT\r\n");
    // One that does not wait for the greeting is served alike.
    assertEquals(
      await talk(proxy.port, "EHLO\r\n"),
      "220 hello\r\nEHLO\r\nQUIT\r\n",
    );
    for (const nth of [1, 2]) {
      const report = await proxy.report(nth);
      assertEquals([report.protocol, report.rule], [protocol, rule]);
      assertEquals(report.verdicts, []);
    }
  });

  Deno.test(`silence: behind a PROXY header a listener with only ${name} dials as soon as it has that`, async () => {
    await using target = greeter();
    await using proxy = serveConfig(oneServer({
      options: { ...LONG, accept_proxy: { from: ["127.0.0.1"] } },
      [name]: forwardTo(target.address),
    }));
    assertEquals(await talk(proxy.port, V1), "220 hello\r\nQUIT\r\n");
    const report = await proxy.report(1);
    assertEquals([report.client, report.bytesUp], ["192.0.2.1:40000", 6]);
  });
}

Deno.test("silence: three such listeners one behind the other are no obstacle", async () => {
  await using target = greeter();
  const [first, second, third] = freePorts(3);
  await using _proxy = serveConfig({
    version: "v1.0.0",
    defaults: LONG,
    servers: {
      [`127.0.0.1:${first}`]: { CATCHALL: forwardTo(`127.0.0.1:${second}`) },
      [`127.0.0.1:${second}`]: { SILENT: forwardTo(`127.0.0.1:${third}`) },
      [`127.0.0.1:${third}`]: { CATCHALL: forwardTo(target.address) },
    },
  });
  assertEquals(await talk(first!), "220 hello\r\nQUIT\r\n");
});

Deno.test("silence: a listener with only REJECT looks at the client first", async () => {
  await using proxy = serveConfig(oneServer({
    options: LONG,
    CATCHALL: { CATCHALL: { action: "REJECT" } },
  }));
  using conn = await connectLocal(proxy.port);
  await writeAll(conn, bytesOf("x"));
  assertEquals((await readAll(conn)).length, 0);
  assertEquals((await proxy.report(1)).reason, "rejected");
});

Deno.test("silence: where bytes may decide, who has sent none for silent_after is joined to SILENT, or to CATCHALL", async () => {
  await using target = greeter();
  await using other = namedEcho("other");
  for (
    const silent of [
      { SILENT: forwardTo(target.address), CATCHALL: forwardTo(other.address) },
      { SSH: forwardTo(other.address), CATCHALL: forwardTo(target.address) },
    ]
  ) {
    await using proxy = serveConfig(oneServer({
      options: { detect_timeout: "1h", silent_after: "60ms" },
      ...silent,
    }));
    assertEquals(await talk(proxy.port), "220 hello\r\nQUIT\r\n");
    const { detectMs, rule } = await proxy.report(1);
    assert(detectMs! >= 59, `${detectMs} ms`);
    assert(rule!.startsWith("S") === ("SILENT" in silent), rule!);
  }
});

Deno.test("silence: who has sent a part of something has the whole detection timeout", async () => {
  await using echo = namedEcho("ssh");
  await using proxy = serveConfig(oneServer({
    options: { detect_timeout: "1h", silent_after: "50ms" },
    SSH: forwardTo(echo.address),
    CATCHALL: forwardTo("127.0.0.1:1"),
  }));
  using conn = await connectLocal(proxy.port);
  await writeAll(conn, bytesOf("SSH-"));
  // Another one is silent all the while.
  using silent = await connectLocal(proxy.port);
  await within("the end of the silent one", readAll(silent));
  await writeAll(conn, bytesOf("2.0-x\r\n"));
  await conn.closeWrite();
  assertEquals(textOf(await readAll(conn)), "ssh:SSH-2.0-x\r\n");
  assertEquals((await proxy.report(1)).reason, "dial_failed");
  assertEquals((await proxy.report(2)).rule, "SSH/CATCHALL");
});

Deno.test("silence: it counts from the accept behind a PROXY header too", async () => {
  await using target = greeter();
  await using proxy = serveConfig(oneServer({
    options: {
      detect_timeout: "1h",
      silent_after: "60ms",
      accept_proxy: { from: ["127.0.0.1"] },
    },
    SSH: forwardTo("127.0.0.1:1"),
    SILENT: forwardTo(target.address),
  }));
  assertEquals(await talk(proxy.port, V1), "220 hello\r\nQUIT\r\n");
  const { client, protocol } = await proxy.report(1);
  assertEquals([client, protocol], ["192.0.2.1:40000", "SILENT"]);
});
