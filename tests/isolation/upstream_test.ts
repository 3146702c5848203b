/** What one worker finds out about a target, all workers know. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { configFile, reload } from "../support/config_file.ts";
import { connectionLines } from "../support/connection_lines.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask, Load } from "../support/load.ts";
import { oneServer } from "../support/passthru.ts";
import {
  type LogLine,
  type PassthruProcess,
  startPassthru,
} from "../support/process.ts";
import { namedEcho, service } from "../support/services.ts";
import { planOf, supervise } from "../support/supervise.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { connectLocal } from "../support/dialogue.ts";
import { until, within } from "../support/wait.ts";
import { boom, crashing } from "./fixtures/crashing.ts";

const WORKER = new URL("fixtures/crash_worker.ts", import.meta.url);
/** Clients at a time. */
const CLIENTS = 6;
const WORKERS = 3;

function upstream(targets: readonly unknown[], more: object = {}): unknown {
  const action = { action: "FORWARD", to_addr: targets, ...more };
  return {
    ...oneServer({ CATCHALL: { CATCHALL: action } }) as object,
    workers: WORKERS,
  };
}

function lines({ lines }: PassthruProcess, msg: string): LogLine[] {
  return lines.filter((line) => line.msg === msg);
}

/** An echo on a port that was chosen before. */
async function echoOnPort(port: number): Promise<AsyncDisposable> {
  return await until("the port to be free again", () => {
    try {
      return namedEcho("back", { port });
    } catch {
      return null;
    }
  });
}

for (const isolation of ["worker", "none"]) {
  Deno.test(`upstream, isolation ${isolation}: a dead target is found out once, and comes back`, async () => {
    await using alive = namedEcho("alive");
    const [port] = freePorts(1) as [number];
    const dead = `127.0.0.1:${port}`;
    await using passthru = await startPassthru(
      upstream([dead, alive.address]),
      { args: ["--isolation", isolation] },
    );
    await using load = new Load({
      port: passthru.ports[0]!,
      parallel: CLIENTS,
    });
    const down = await within(
      "the target to be down",
      passthru.line(({ msg }) => msg === "target down"),
    );
    const { target, upstream: name, why, targets_up, retry_seconds } = down;
    assertEquals([target, name, targets_up, retry_seconds], [
      dead,
      "127.0.0.1:0 CATCHALL/CATCHALL",
      1,
      5,
    ]);
    assertMatch(
      String(why),
      /^\d+ dials in a row failed: connection refused$/,
    );
    await load.more(200);
    const retried = passthru.lines.filter((line) => line["retried"]);
    // Three that were counted, and those that were under way meanwhile.
    assert(
      retried.length >= 3 && retried.length <= 3 + CLIENTS,
      `${retried.length} were retried`,
    );
    {
      await using _back = await echoOnPort(port);
      await within(
        "the target to be up",
        passthru.line(({ msg }) => msg === "target up"),
      );
      await load.more(50);
      await load.stop();
    }
    assertEquals(load.failures, []);
    assert(load.served.get("back")! > 0);
    assertEquals(lines(passthru, "target down").length, 1);
    assertEquals(lines(passthru, "target up").length, 1);
  });
}

Deno.test("upstream: workers take turns with each other, to the connection", async () => {
  const names = ["a", "b", "c"];
  await using stack = new AsyncDisposableStack();
  const targets = names.map((name) => stack.use(namedEcho(name)));
  await using passthru = await startPassthru(
    upstream(targets.map(({ address }) => address)),
  );
  await using load = new Load({ port: passthru.ports[0]!, parallel: CLIENTS });
  await load.more(300);
  await load.stop();
  const served = names.map((name) => load.served.get(name) ?? 0);
  assert(Math.max(...served) - Math.min(...served) <= 1, `${served}`);
});

Deno.test("upstream: a reload under load loses nothing, and remembers what is down", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const [port] = freePorts(1) as [number];
  const dead = `127.0.0.1:${port}`;
  const health = { interval: "100ms" };
  const config = (targets: readonly unknown[]) => upstream(targets, { health });
  await using file = await configFile();
  await using passthru = await startPassthru(config([dead, one.address]), {
    file: file.path,
  });
  await within(
    "the target to be down",
    passthru.line(({ msg }) => msg === "target down"),
  );
  await using load = new Load({ port: passthru.ports[0]!, parallel: CLIENTS });
  for (let i = 0; i < 6; i++) {
    const other = i % 2 === 0 ? two.address : one.address;
    const line = await reload(passthru, file, config([dead, other]));
    assertEquals(line["msg"], "reloaded");
    await load.more(50);
  }
  await load.stop();
  assertEquals(load.failures, []);
  const ended = await connectionLines(passthru, load.ended);
  assertEquals(ended.filter((line) => line["retried"]), []);
  assertEquals(lines(passthru, "target down").length, 1);
  assertEquals(lines(passthru, "target up").length, 0);
});

Deno.test("upstream: when the worker that checks dies, another checks on", async () => {
  let checks = 0;
  await using target = service(async (conn) => {
    const said = await readAll(conn);
    // A check connects and closes.
    if (said.length === 0) return void checks++;
    await writeAll(conn, bytesOf("target:"));
    await writeAll(conn, said);
  });
  await using supervised = supervise(WORKER);
  const action = {
    action: "FORWARD",
    to_addr: target.address,
    health: { interval: "10ms" },
  };
  const config = {
    ...oneServer({ CRASH: { CATCHALL: action } }) as object,
    workers: 1,
    log: { level: "error" },
  };
  const registry = new Registry([...BUILTINS, crashing(() => {})]);
  await supervised.control.serve(planOf(config, registry));
  const more = async () => {
    const before = checks;
    await until("more checks", () => checks > before + 3 ? true : null);
  };
  await more();
  const conn = await connectLocal(supervised.port());
  await writeAll(conn, bytesOf(boom("timer")));
  await within("the crash", readAll(conn).catch(() => {}));
  conn.close();
  assertEquals(await ask(supervised.port(), "ask 1\n"), "target");
  await more();
});
