/** OpenTelemetry by Deno's own exporter, from a real process. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { helloRecord } from "../support/client_hello.ts";
import { freePorts } from "../support/free_ports.ts";
import { connectLocal } from "../support/dialogue.ts";
import {
  type OtlpPoint,
  type OtlpReceiver,
  otlpReceiver,
  type OtlpSpan,
} from "../support/otlp.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { ROOT, startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, closedPort, readAll, writeAll } from "../support/tcp.ts";
import { within } from "../support/wait.ts";

/** Says something to the end, and hears the answer to its end. */
async function say(port: number, bytes: Uint8Array): Promise<string> {
  const conn = await connectLocal(port);
  await writeAll(conn, bytes);
  await conn.closeWrite();
  await readAll(conn);
  const { hostname, port: own } = conn.localAddr;
  conn.close();
  return `${hostname}:${own}`;
}

/** What both isolations are to export of two connections. */
interface Told {
  readonly listener: string;
  /** The client of the one that was served. */
  readonly client: string;
  /** What it said, in bytes. */
  readonly said: number;
  readonly target: string;
  /** The target that nobody listens at. */
  readonly nobody: string;
}

const LISTENER_PORT = /:(\d+)$/;

for (const isolation of ["worker", "none"]) {
  Deno.test(`telemetry with --isolation ${isolation}: metrics and a span a connection, without any permission for it`, async () => {
    await using echo = namedEcho("one");
    await using otlp = otlpReceiver();
    const target = echo.address;
    const nobody = `127.0.0.1:${closedPort()}`;
    const listener = `127.0.0.1:${freePorts(1)[0]}`;
    await using _passthru = await startPassthru(
      configOf({ listener, target, nobody }),
      {
        env: otlp.env,
        args: ["--isolation", isolation],
        program: [
          ...["run", "--no-prompt", "--allow-read"],
          // Where the receiver is, is not in it.
          `--allow-net=${[listener, target, nobody]}`,
          `${ROOT}main.ts`,
        ],
      },
    );
    const port = Number(LISTENER_PORT.exec(listener)![1]);
    const before = Date.now();
    const hello = helloRecord({ sni: "a.example", alpn: ["h2"] });
    const client = await say(port, hello);
    await say(port, bytesOf("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    const told = { listener, client, said: hello.length, target, nobody };
    const spans = await otlp.spansOf(2);
    for (const { startMs, endMs } of spans) {
      // A clock that counts in milliseconds is one behind at most.
      assert(before - 1 <= startMs && startMs <= endMs);
      assert(endMs <= Date.now() + 1);
    }
    assertSpans(spans, told);
    await assertMetrics(otlp, told);
  });
}

function configOf(
  { listener, target, nobody }: Pick<Told, "listener" | "target" | "nobody">,
): unknown {
  const to = { action: "FORWARD", to_addr: target };
  const servers = {
    [listener]: { TLS: { "SNI a.example": to }, HTTP: forwardTo(nobody) },
  };
  return { version: "v1.0.0", workers: 2, servers };
}

function assertSpans(spans: readonly OtlpSpan[], told: Told): void {
  const tls = spans.find(({ name }) => name === "TLS")!;
  assertEquals([tls.kind, tls.status.code ?? 0], [2, 0]);
  const [address, port] = told.client.split(":");
  const wanted = {
    "client.address": address,
    "client.port": Number(port),
    "network.peer.address": address,
    "network.transport": "tcp",
    "network.protocol.name": "tls",
    "tls.client.server_name": "a.example",
    "passthru.listener": told.listener,
    "passthru.protocol": "TLS",
    "passthru.rule": "TLS/SNI a.example",
    "passthru.target": told.target,
    "passthru.reason": "client_eof",
    "passthru.bytes.up": told.said,
    "passthru.bytes.down": told.said + "one:".length,
    "passthru.fact.sni": "a.example",
    "passthru.fact.alpn": ["h2"],
  };
  const found = Object.keys(wanted).map((name) => [name, tls.attributes[name]]);
  assertEquals(Object.fromEntries(found), wanted);
  const http = spans.find(({ name }) => name === "HTTP")!;
  assertEquals(http.attributes["error.type"], "dial_failed");
  assertEquals(http.status.code, 2);
  assertMatch(http.status.message!, /connection refused/);
}

async function assertMetrics(otlp: OtlpReceiver, told: Told): Promise<void> {
  const { listener, nobody, said } = told;
  const ofListener = { "passthru.listener": listener };
  const is = (value: number, attributes: object) => (point: OtlpPoint) =>
    point.value === value &&
    Object.entries(attributes)
      .every(([name, wanted]) => point.attributes[name] === wanted);
  await otlp.point("passthru.connections.accepted", is(2, ofListener));
  const metric = otlp.metrics.get("passthru.connections.accepted")!;
  assertEquals(
    [metric.kind, metric.isMonotonic, metric.unit],
    ["sum", true, "{connection}"],
  );
  await otlp.point("passthru.connections.active", is(0, ofListener));
  await otlp.point(
    "passthru.upstream.dial.errors",
    is(1, { "passthru.upstream": nobody, "error.type": "ECONNREFUSED" }),
  );
  await otlp.point(
    "passthru.relayed.io",
    is(said, { ...ofListener, "passthru.direction": "up" }),
  );
  const lives = await otlp.point(
    "passthru.connection.duration",
    ({ count }) => count === 2,
  );
  assertEquals(lives.bounds![0], 0.01);
  assert(!otlp.metrics.has("passthru.rule.connections"));
}

Deno.test("telemetry: spans of connections that end with the process are sent", async () => {
  await using echo = namedEcho("one");
  await using otlp = otlpReceiver();
  await using passthru = await startPassthru(
    { ...oneServer({ CATCHALL: forwardTo(echo.address) }) as object },
    {
      env: {
        ...otlp.env,
        OTEL_BSP_SCHEDULE_DELAY: "60000",
        // Deno may hang when it exports metrics as the process ends.
        OTEL_METRIC_EXPORT_INTERVAL: "600000",
      },
    },
  );
  const conn = await connectLocal(passthru.ports[0]!);
  await writeAll(conn, bytesOf("SSH-2.0-x\r\n"));
  passthru.kill("SIGTERM");
  await passthru.line(({ msg }) => msg === "stopping");
  await conn.closeWrite();
  await readAll(conn);
  conn.close();
  assertEquals(await within("the end", passthru.exit), 0);
  const [span] = await otlp.spansOf(1);
  assertEquals(span!.attributes["passthru.rule"], "CATCHALL/CATCHALL");
  assertEquals(otlp.spans.length, 1);
});
