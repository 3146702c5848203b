/** Health checks of targets that take connections only behind a PROXY header. */
import { assertEquals, assertMatch } from "@std/assert";
import { createSocket } from "node:dgram";
import { startHaproxy } from "../support/haproxy.ts";
import { NGINX_STREAM, startNginxStream } from "../support/nginx_stream.ts";
import { oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { until } from "../support/wait.ts";

/** So many checks of each target are waited for. */
const CHECKS = 3;

/** A server that checks a target at each address, with both versions. */
function checking(addresses: readonly string[]): unknown {
  const rules = addresses.flatMap((to_addr) =>
    ["v1", "v2"].map((send_proxy) => [`SNI ${send_proxy}.test`, {
      action: "FORWARD",
      to_addr,
      send_proxy,
      // Other than the other version's, so that each has checks of its own.
      health: { interval: "20ms", fall: send_proxy === "v1" ? 3 : 4 },
    }])
  );
  return oneServer({ TLS: Object.fromEntries(rules) });
}

/** The lines that HAProxy sends to a log server. */
async function logServer(): Promise<
  AsyncDisposable & { port: number; lines: string[] }
> {
  const lines: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (message) => lines.push(String(message)));
  await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
  return {
    port: socket.address().port,
    lines,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((closed) => socket.close(() => closed())),
  };
}

programTest(
  ["haproxy"],
  "HAProxy that requires a PROXY header finds no fault with health checks",
  async () => {
    await using logged = await logServer();
    await using haproxy = await startHaproxy([{
      name: "tcp",
      bind: "accept-proxy",
      lines: [
        `log 127.0.0.1:${logged.port} format raw local0`,
        "mode tcp",
        'log-format "session %ts"',
        "tcp-request content reject",
      ],
    }]);
    // One was made to see whether it listens, without a header.
    await until("the first line", () => logged.lines.length > 0 || null);
    assertMatch(logged.lines[0]!, /waiting for PROXY protocol header/);
    await using _passthru = await startPassthru(
      checking([haproxy.address("tcp")]),
    );
    const wanted = 1 + 2 * CHECKS;
    await until("the checks", () => logged.lines.length >= wanted || null);
    const kinds = new Set(logged.lines.slice(1).map((line) => line.trim()));
    assertEquals([...kinds], ["session PR"]);
  },
);

programTest(
  ["nginx", NGINX_STREAM],
  "nginx that requires a PROXY header finds no fault with health checks",
  async () => {
    await using nginx = await startNginxStream([
      { listen: "proxy_protocol", lines: ["return hello"] },
    ]);
    await using _passthru = await startPassthru(
      checking([`127.0.0.1:${nginx.ports[0]}`]),
    );
    const statuses = await until("the checks", async () => {
      const all = await nginx.statuses();
      return all.length >= 2 * CHECKS ? all : null;
    });
    assertEquals([...new Set(statuses)], ["200"]);
    assertEquals(await nginx.faults(), "");
  },
);
