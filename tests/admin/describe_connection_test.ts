/** Connections are explained as `passthru explain` explains the same bytes. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ConnectionDetail } from "../../src/admin/api.ts";
import { describeConnection } from "../../src/admin/describe_connection.ts";
import { openModules } from "../../src/cli/detector_modules.ts";
import { ConfigDocuments, loadConfig } from "../../src/config/load.ts";
import type { Supervisor } from "../../src/control/supervisor.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { helloRecord } from "../support/client_hello.ts";
import { connectLocal } from "../support/dialogue.ts";
import { explain, recordsOf } from "../support/explain_cli.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { ROOT } from "../support/process.ts";
import { v2 } from "../support/proxy_headers.ts";
import { namedEcho } from "../support/services.ts";
import { planOf, supervise } from "../support/supervise.ts";
import { bytesOf, concat, readAll, writeAll } from "../support/tcp.ts";
import { until } from "../support/wait.ts";

const REGISTRY = new Registry(BUILTINS);
const WORKER = new URL("../../src/worker.ts", import.meta.url);

/** Sends bytes on a connection and waits for its end. @returns Its port. */
async function send(port: number, ...parts: Uint8Array[]): Promise<number> {
  using conn = await connectLocal(port);
  await writeAll(conn, concat(parts));
  await conn.closeWrite();
  await readAll(conn).catch(() => {});
  return conn.localAddr.port;
}

/** The description of the connection that has ended last. */
async function lastOf(control: Supervisor): Promise<ConnectionDetail> {
  const [last] = await until("the report", async () => {
    const { connections } = await control.planes.desk.find({ state: "all" });
    return connections[0]?.phase === "closed" ? connections : null;
  });
  const detail = await describeConnection(control.planes.desk, last!.id);
  assert(detail);
  return detail;
}

/** What `explain` says of these bytes. */
async function explained(
  config: unknown,
  bytes: Uint8Array,
  { connection }: ConnectionDetail,
) {
  const files = { "x.jsonc": config as object, "x.bin": bytes };
  const from = connection.client.replace(/:\d+$/, "");
  const time = new Date(connection.accepted_at).toISOString();
  const args = [
    ...["-c", "x.jsonc", "--file", "x.bin"],
    ...["--from", from, "--time", time],
  ];
  const json = await explain([...args, "--json"], files);
  const text = await explain(args, files);
  assertEquals(json.code, 0, json.stderr);
  return { record: recordsOf(json.stdout)[0]!, text: text.stdout };
}

/** A text without its first line, which names the connection. */
function body(text: string): string {
  return text.slice(text.indexOf("\n") + 1);
}

/** Checks that both say the same. */
async function assertSame(
  config: unknown,
  bytes: Uint8Array,
  detail: ConnectionDetail,
): Promise<void> {
  const { explanation, connection } = detail;
  assert(explanation);
  const { record, text } = await explained(config, bytes, detail);
  const { verdicts, lost, notes } = explanation;
  assertEquals(
    { bytes: explanation.bytes, verdicts, lost, notes },
    {
      bytes: record["bytes"],
      verdicts: record["verdicts"],
      lost: record["lost"],
      notes: record["notes"],
    },
  );
  assertEquals(
    [connection.protocol, connection.rule],
    [record["protocol"], record["rule"]],
  );
  assertEquals(body(explanation.text), body(text));
}

Deno.test("description: says exactly what explain says of the same bytes", async () => {
  await using target = namedEcho("target");
  const action = { action: "FORWARD", to_addr: target.address };
  const config = oneServer({
    TLS: {
      "SNI a.example ALPN h2": action,
      "SNI a.example": action,
      "FROM 10.0.0.0/8": action,
      "FROM 127.0.0.0/8": action,
    },
    HTTP: { "HOST a.example": action, "HOST b.example !METHOD GET": action },
    SSH: { CATCHALL: { action: "REJECT" } },
    POSTGRES: forwardTo(target.address),
  });
  const openings = [
    helloRecord({ sni: "a.example", alpn: ["http/1.1"] }),
    helloRecord({ sni: "c.example" }),
    bytesOf("GET / HTTP/1.1\r\nHost: b.example\r\n\r\n"),
    bytesOf("GET / HTTP/1.1\r\nHost: a.example\r\n\r\nand a body"),
    bytesOf("GET / HTTP/1.1\r\nHost: a.exa"),
    bytesOf("SSH-2.0-test\r\n"),
    bytesOf("nobody knows this\n"),
    Uint8Array.of(0x16),
  ];
  for (const worker of [WORKER, REGISTRY]) {
    await using supervised = supervise(worker, { isObserved: () => true });
    const { control } = supervised;
    const top = { workers: 1, log: { level: "error" } };
    await control.serve(planOf({ ...config as object, ...top }, REGISTRY));
    for (const bytes of openings) {
      const port = await send(supervised.port(), bytes);
      const detail = await lastOf(control);
      assertEquals(detail.connection.client, `127.0.0.1:${port}`);
      await assertSame(config, bytes, detail);
    }
  }
});

Deno.test("description: behind a PROXY header it is the client's address that rules ask for", async () => {
  await using target = namedEcho("target");
  const action = { action: "FORWARD", to_addr: target.address };
  const config = oneServer({
    options: { accept_proxy: { from: ["127.0.0.0/8"] } },
    TLS: { "FROM 192.0.2.0/24": action, "FROM 127.0.0.0/8": action },
  });
  await using supervised = supervise(REGISTRY, { isObserved: () => true });
  await supervised.control.serve(planOf(config, REGISTRY));
  const bytes = helloRecord({ sni: "a.example" });
  await send(supervised.port(), v2(), bytes);
  const detail = await lastOf(supervised.control);
  assertEquals(detail.connection.client, "192.0.2.1:40000");
  assertEquals(detail.connection.rule, "TLS/FROM 192.0.2.0/24");
  assertEquals(detail.explanation!.bytes, bytes.length, "without the header");
  await assertSame(config, bytes, detail);
});

Deno.test("description: what rules ask of headers is used, but not shown", async () => {
  await using target = namedEcho("target");
  const action = { action: "FORWARD", to_addr: target.address };
  const config = oneServer({
    HTTP: {
      "HEADER authorization letmein": action,
      "HEADER x-missing x": action,
      CATCHALL: action,
    },
  });
  await using supervised = supervise(REGISTRY, { isObserved: () => true });
  const { control } = supervised;
  await control.serve(planOf(config, REGISTRY));
  const head = "GET / HTTP/1.1\r\nHost: a.example\r\n";
  await send(
    supervised.port(),
    bytesOf(`${head}Authorization: s3cret\r\n\r\n`),
  );
  const detail = await lastOf(control);
  assertEquals(detail.connection.rule, "HTTP/CATCHALL");
  assertEquals(JSON.stringify(detail).includes("s3cret"), false);
  const { lost, text, verdicts } = detail.explanation!;
  assertEquals(
    lost.map(({ wanted, found }) => [wanted, found]),
    [["authorization letmein", "(not shown)"], ["x-missing x", []]],
  );
  assertMatch(text, /wanted "authorization letmein", found "\(not shown\)"/);
  assertEquals(verdicts[0]!.facts!["host"], "a.example");

  await send(
    supervised.port(),
    bytesOf(`${head}Authorization: letmein\r\n\r\n`),
  );
  const let_in = await lastOf(control);
  assertEquals(let_in.connection.rule, "HTTP/HEADER authorization letmein");
  assertEquals(let_in.explanation!.notes, []);
});

Deno.test("description: says what is missing of a long opening, and when that decided", async () => {
  await using target = namedEcho("target");
  const config = oneServer({
    HTTP: {
      "HOST a.example": { action: "FORWARD", to_addr: target.address },
    },
  });
  await using supervised = supervise(REGISTRY, { isObserved: () => true });
  const { control } = supervised;
  await control.serve(planOf(config, REGISTRY));
  const long = `X-Long: ${"x".repeat(5_000)}\r\n`;
  const line = "GET / HTTP/1.1\r\n";
  await send(
    supervised.port(),
    bytesOf(`${line}${long}Host: a.example\r\n\r\n`),
  );
  const detail = await lastOf(control);
  assertEquals(detail.connection.rule, "HTTP/HOST a.example");
  assertEquals(detail.explanation!.bytes, 4_096);
  assertEquals(detail.explanation!.notes, [
    "only the first 4096 bytes were kept",
    "the real decision was different, because more was known of the connection: HTTP, rule HTTP/HOST a.example",
  ]);
});

Deno.test("description: without a byte there is nothing to explain", async () => {
  const config = oneServer({ CATCHALL: { CATCHALL: { action: "REJECT" } } });
  await using supervised = supervise(REGISTRY, { isObserved: () => true });
  const { control } = supervised;
  await control.serve(planOf(config, REGISTRY));
  await send(supervised.port());
  const { connection, explanation } = await lastOf(control);
  assertEquals([connection.reason, explanation], ["client_eof", null]);
});

Deno.test("description: the detector of a module is asked again in its sandbox, unless it has changed", async () => {
  await using target = namedEcho("target");
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/greeter.ts`;
    const text = await Deno.readTextFile(`${ROOT}configs/detectors/greeter.ts`);
    const source = text.replaceAll(/from "\.\.\/\.\./g, `from "${ROOT}`)
      .replaceAll('from "/', 'from "file:///');
    await Deno.writeTextFile(path, source);
    const action = { action: "FORWARD", to_addr: target.address };
    const config = {
      ...oneServer({
        GREETER: { "ROOM kitchen": action, "ROOM attic": action },
      }) as object,
      detectors: { GREETER: { module: path } },
      workers: 1,
      log: { level: "error" },
    };
    const bytes = bytesOf(JSON.stringify(config));
    using opened = await openModules(new ConfigDocuments("<stdin>", bytes));
    const { plan } = loadConfig("x.jsonc", bytes, REGISTRY, opened);
    assert(plan);
    await using supervised = supervise(WORKER, {
      isObserved: () => true,
    });
    const { control } = supervised;
    await control.serve(plan);
    const opening = bytesOf("HELO ada attic\n");
    await send(supervised.port(), opening);
    const detail = await lastOf(control);
    assertEquals(detail.connection.rule, "GREETER/ROOM attic");
    await assertSame(config, opening, detail);

    await Deno.writeTextFile(path, `${source}\n// Changed.\n`);
    const { explanation } = await lastOf(control);
    assertEquals(explanation!.notes, [
      'it cannot be explained: the module of detector "GREETER" has changed since',
    ]);
    assertMatch(explanation!.text, /has changed since\n$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
