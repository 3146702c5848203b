/** What a reload does to what is open, and what a bad config does: nothing. */
import { assert, assertEquals } from "@std/assert";
import {
  type ConfigFile,
  configFile,
  endsReload,
  nextLine,
  reload,
} from "../support/config_file.ts";
import { connectLocal, expectText, promptEcho } from "../support/dialogue.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { type LogLine, startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { within } from "../support/wait.ts";

const FAILED = "reload failed, the old config stays in use";

/** When a line was written, in milliseconds. */
function timeOf(line: LogLine): number {
  return Date.parse(String(line["time"]));
}

/** A connection that has been answered once, and is idle from then on. */
async function idle(port: number): Promise<Deno.TcpConn> {
  const conn = await connectLocal(port);
  await writeAll(conn, bytesOf("x"));
  await expectText(conn, "one:x");
  return conn;
}

Deno.test("reload: what is idle in an old generation is closed after reload_timeout", async () => {
  await using one = promptEcho("one");
  await using two = promptEcho("two");
  const config = (to: string) => ({
    ...oneServer({ CATCHALL: forwardTo(to) }) as object,
    reload_timeout: "400ms",
  });
  await using file = await configFile();
  await using passthru = await startPassthru(config(one.address), {
    file: file.path,
  });
  const port = passthru.ports[0]!;
  const ends = await idle(port);
  const stays = await idle(port);
  const asked = Date.now();
  const reloaded = await reload(passthru, file, config(two.address));
  assertEquals(reloaded["msg"], "reloaded");
  await ends.closeWrite();
  assertEquals((await readAll(ends)).length, 0);
  ends.close();
  const end = within("the drain deadline", readAll(stays));
  assertEquals((await end).length, 0);
  stays.close();
  const closed = await passthru.line((l) => l["reason"] === "drain_deadline");
  // It begins some time after it was asked for; by default there is no limit.
  const waitedMs = timeOf(closed) - asked;
  assert(
    waitedMs >= 400 && waitedMs < 20_000,
    `closed after ${waitedMs} ms`,
  );
  const other = await passthru.line((l) => l["reason"] === "client_eof");
  assert(timeOf(other) <= timeOf(closed));
});

Deno.test("reload: without reload_timeout what is open goes on, however long ago drain_timeout was over", async () => {
  await using one = promptEcho("one");
  await using two = promptEcho("two");
  const config = (to: string) => ({
    ...oneServer({ CATCHALL: forwardTo(to) }) as object,
    drain_timeout: "1ms",
  });
  await using file = await configFile();
  await using passthru = await startPassthru(config(one.address), {
    file: file.path,
  });
  const conn = await idle(passthru.ports[0]!);
  for (const to of [two, one, two]) {
    await reload(passthru, file, config(to.address));
  }
  await writeAll(conn, bytesOf("still"));
  await expectText(conn, "still");
  conn.close();
  const closed = await passthru.line(({ msg }) => msg === "connection");
  assertEquals(closed["reason"], "client_eof");
});

Deno.test("reload: a config that says the same leaves workers and connections alone", async () => {
  await using one = promptEcho("one");
  const config = oneServer({ CATCHALL: forwardTo(one.address) });
  await using file = await configFile();
  await using passthru = await startPassthru(config, { file: file.path });
  const conn = await idle(passthru.ports[0]!);
  const commented = `// The same, but for this line.\n${
    JSON.stringify(config)
  }`;
  const line = await reload(passthru, file, commented);
  assertEquals([line["msg"], line["generation"], line["changes"]], [
    "reloaded",
    1,
    "none",
  ]);
  await writeAll(conn, bytesOf("still"));
  await expectText(conn, "still");
  conn.close();
});

Deno.test("reload: the line says what has changed", async () => {
  await using one = namedEcho("one");
  const [port] = freePorts(1) as [number];
  const before = oneServer({ CATCHALL: forwardTo(one.address) }) as {
    servers: object;
  };
  const after = {
    ...before,
    workers: 1,
    servers: {
      "127.0.0.1:0": {
        TLS: { "SNI a.example": { action: "REJECT" } },
        CATCHALL: forwardTo("127.0.0.1:9", { idle_timeout: "1m" }),
      },
      [`127.0.0.1:${port}`]: { CATCHALL: forwardTo(one.address) },
    },
  };
  await using file = await configFile();
  await using passthru = await startPassthru(before, { file: file.path });
  const changes = async (config: unknown) =>
    String((await reload(passthru, file, config))["changes"]).split("; ");
  assertEquals(await changes(before), ["none"]);
  assertEquals(await changes(after), [
    "127.0.0.1:0 TLS/SNI a.example added",
    `127.0.0.1:0 CATCHALL/CATCHALL: ${one.address} (connect 10s, idle 1h) -> 127.0.0.1:9 (connect 10s, idle 1m)`,
    `listener 127.0.0.1:${port} added`,
    "workers auto -> 1",
  ]);
  const back = await changes(before);
  assert(back.includes(`listener 127.0.0.1:${port} removed`), `${back}`);
  assert(back.includes("127.0.0.1:0 TLS/SNI a.example removed"), `${back}`);
});

Deno.test("reload: signals in a burst are taken one after the other", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const config = (to: string) => oneServer({ CATCHALL: forwardTo(to) });
  await using file = await configFile();
  await using passthru = await startPassthru(config(one.address), {
    file: file.path,
  });
  await file.write(config(two.address));
  const ended = nextLine(passthru, endsReload);
  for (let i = 0; i < 10; i++) passthru.kill("SIGHUP");
  await within("the first reload", ended);
  // It comes to its turn after all those that are waiting.
  const line = await reload(passthru, file, config(two.address));
  assertEquals(line["msg"], "reloaded");
  assertEquals(await ask(passthru.ports[0]!, "x"), "two");
  assertEquals(passthru.lines.filter(({ level }) => level !== "info"), []);
});

/** What is wrong with a config, and what the log says of it. */
interface BadConfig {
  readonly name: string;
  readonly content: string;
  /** `line:column` of each diagnostic, with the beginning of its text. */
  readonly diagnostics: readonly (readonly [string, string])[];
  /** The line that ends the reload. */
  readonly error: string;
}

function badConfigs(path: string, taken: number): BadConfig[] {
  const open = '{\n  "version": "v1.0.0",\n  "servers": {\n';
  return [
    {
      name: "a syntax error",
      content: `${open}    "127.0.0.1:0": {} oops\n  }\n}`,
      diagnostics: [["4:23", "Invalid word"]],
      error: `${path} has errors`,
    },
    {
      name: "several errors",
      content: `${open}    "127.0.0.1:0": {\n` +
        '      "TSL": { "CATCHALL": { "action": "REJECT" } },\n' +
        '      "HTTP": { "CATCHALL": { "action": "FORWARD" } },\n' +
        '      "SSH": { "CATCHALL": { "action": "REJCT" } }\n    }\n  }\n}',
      diagnostics: [
        ["5:7", "Unknown protocol"],
        ["6:29", 'Missing field "to_addr"'],
        ["7:40", "Invalid"],
      ],
      error: `${path} has errors`,
    },
    {
      name: "an address that is in use",
      content: `${open}    "127.0.0.1:${taken}": ` +
        '{ "CATCHALL": { "CATCHALL": { "action": "REJECT" } } }\n  }\n}',
      diagnostics: [],
      error: `Cannot listen on "127.0.0.1:${taken}": address already in use`,
    },
  ];
}

async function assertKept(
  passthru: Awaited<ReturnType<typeof startPassthru>>,
  file: ConfigFile,
  bad: BadConfig,
): Promise<void> {
  const past = passthru.lines.length;
  const line = await reload(passthru, file, bad.content);
  assertEquals([line["msg"], line["level"], line["error"]], [
    FAILED,
    "error",
    bad.error,
  ]);
  const found = passthru.lines.slice(past).filter((l) => l["msg"] === "config");
  assertEquals(
    found.map(({ place, level }) => [place, level]),
    bad.diagnostics.map(([place]) => [`${file.path}:${place}`, "error"]),
  );
  bad.diagnostics.forEach(([, text], i) => {
    const problem = String(found[i]!["problem"]);
    assert(problem.startsWith(text), `${problem} starts with ${text}`);
  });
  assertEquals(await ask(passthru.ports[0]!, bad.name), "one");
}

Deno.test("reload: a bad config is reported with its places, and the old one goes on", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const good = (to: string) => oneServer({ CATCHALL: forwardTo(to) });
  await using file = await configFile();
  await using passthru = await startPassthru(good(one.address), {
    file: file.path,
  });
  const conn = await connectLocal(passthru.ports[0]!);
  await writeAll(conn, bytesOf("begun "));
  for (const bad of badConfigs(file.path, taken.addr.port)) {
    await assertKept(passthru, file, bad);
  }
  await Deno.remove(file.path);
  const ended = nextLine(passthru, endsReload);
  passthru.kill("SIGHUP");
  assertEquals(
    (await within("the reload", ended))["error"],
    `Cannot read config "${file.path}": no such file`,
  );
  await writeAll(conn, bytesOf("ended"));
  await conn.closeWrite();
  await expectText(conn, "one:begun ended");
  conn.close();
  const line = await reload(passthru, file, good(two.address));
  assertEquals([line["msg"], line["generation"]], ["reloaded", 2]);
  assertEquals(await ask(passthru.ports[0]!, "x"), "two");
});
