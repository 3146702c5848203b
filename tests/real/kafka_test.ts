/** kcat (librdkafka) through passthru, with and without ApiVersions. */
import { assertEquals } from "@std/assert";
import { startKafkaBroker, TOPIC } from "../support/kafka_broker.ts";
import { forwardTo, serveConfig } from "../support/passthru.ts";
import { program, programTest } from "../support/programs.ts";
import { bytesOf } from "../support/tcp.ts";
import { until } from "../support/wait.ts";

const PRODUCE = 0;
const LIST_OFFSETS = 2;
const METADATA = 3;
const API_VERSIONS = 18;

kcatTest("asks for versions first", ["-L"], [], [API_VERSIONS]);
const OLD = [
  ...["-X", "api.version.request=false"],
  ...["-X", "broker.version.fallback=0.9.0.1"],
];
kcatTest("lists topics without ApiVersions", ["-L"], OLD, [METADATA]);
kcatTest(
  "opens its second connection with Produce",
  ["-P", "-t", TOPIC],
  OLD,
  [METADATA, PRODUCE],
);
kcatTest(
  "opens its second connection with ListOffsets",
  ["-C", "-t", TOPIC, "-o", "beginning"],
  OLD,
  [METADATA, LIST_OFFSETS],
);

/** Runs kcat until it has sent such first requests, each on a connection. */
function kcatTest(
  what: string,
  mode: readonly string[],
  options: readonly string[],
  firstKeys: readonly number[],
): void {
  programTest(["kcat"], `KAFKA: kcat ${what}`, async () => {
    let port = 0;
    await using broker = startKafkaBroker(() => port);
    const protocols = { KAFKA: forwardTo(broker.address) };
    await using passthru = serveConfig({
      version: "v1.0.0",
      servers: { "127.0.0.1:0": protocols, "127.0.0.2:0": protocols },
    });
    port = passthru.server.listeners[1]!.address.port;
    const kcat = new Deno.Command(program("kcat"), {
      args: ["-b", `127.0.0.1:${passthru.port}`, ...mode, ...options],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const stdin = kcat.stdin.getWriter();
    await stdin.write(bytesOf("x\n"));
    await stdin.close();
    await until(
      "the first requests",
      () => broker.firstKeys.length >= firstKeys.length || null,
    );
    try {
      kcat.kill();
    } catch {
      // It has ended by itself.
    }
    await kcat.status;
    assertEquals(broker.firstKeys, firstKeys);
    await passthru.report(firstKeys.length);
    for (const { protocol } of passthru.reports) {
      assertEquals(protocol, "KAFKA");
    }
  });
}
