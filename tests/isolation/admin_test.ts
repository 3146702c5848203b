/** The admin API of a real process: what it says over a start and a drain. */
import assert from "node:assert/strict";
import type { DrainAnswer } from "../../src/admin/api.ts";
import { AdminClient } from "../support/admin_client.ts";
import { configFile } from "../support/config_file.ts";
import { connectLocal, expectText, promptEcho } from "../support/dialogue.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { runPassthru, startPassthru } from "../support/process.ts";
import { printedScopes, scopesOf, startScoped } from "../support/scoped.ts";
import { namedEcho, service } from "../support/services.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";

const TOKEN = "a-token-of-some-length";

/** A config of one server, with this admin address. */
function config(to: string, admin: unknown, more: object = {}): object {
  return {
    ...oneServer({ CATCHALL: forwardTo(to) }) as object,
    admin,
    ...more,
  };
}

Deno.test("admin: it answers before the first connection is taken, and says so", async () => {
  await using silent = service(async (conn) => {
    await readAll(conn);
  });
  const [port] = freePorts(1) as [number];
  const admin = new AdminClient(port);
  const server = {
    CATCHALL: {
      CATCHALL: {
        action: "FORWARD",
        to_addr: "srv:_app._tcp.app.example",
        within: ["127.0.0.1"],
      },
    },
  };
  // The start waits a while for DNS that does not answer.
  const starting = startPassthru({
    ...oneServer(server) as object,
    admin: { listen: `127.0.0.1:${port}` },
    resolver: silent.address,
  });
  const first = await until("an answer", () => admin.ready().catch(() => null));
  assert.deepEqual(first, [503, "starting"]);
  const state = await admin.state();
  assert.deepEqual([state.status, state.generation], ["starting", 0]);
  assert.equal(state.listeners[0]!.listener, "127.0.0.1:0");
  assert.equal((await admin.get("/healthz")).status, 200);
  await using passthru = await starting;
  assert.deepEqual(await admin.ready(), [200, "ready"]);
  const messages = passthru.lines.map(({ msg }) => msg);
  assert.ok(
    messages.indexOf("admin listening") < messages.indexOf("listening"),
    `${messages}`,
  );
});

Deno.test("admin: its state is that of the process", async () => {
  await using echo = namedEcho("echo");
  const [port] = freePorts(1) as [number];
  await using file = await configFile();
  await using passthru = await startPassthru(
    config(echo.address, { listen: `127.0.0.1:${port}` }, { workers: 2 }),
    { file: file.path },
  );
  const state = await new AdminClient(port).state();
  const [listener] = state.listeners;
  assert.equal(state.pid, passthru.pid);
  assert.deepEqual(
    state.workers,
    [0, 1].map((worker) => ({
      generation: 1,
      worker,
      state: "serving",
      connections: 0,
    })),
  );
  assert.equal(listener!.address, `127.0.0.1:${passthru.ports[0]}`);
  assert.deepEqual(listener!.rules, [{
    rule: "CATCHALL/CATCHALL",
    action: "FORWARD",
    targets: [echo.address],
    connections: 0,
  }]);
  assert.deepEqual(state.config.text, await Deno.readTextFile(file.path));
  assert.equal(state.config.file, file.path);
  assert.deepEqual(state.log, {
    level: "info",
    format: "json",
    dropped: 0,
  });
  const [target] = state.targets;
  assert.deepEqual(
    [target!.target, target!.upstreams, target!.healthy],
    [echo.address, ["127.0.0.1:0 CATCHALL/CATCHALL"], null],
  );
});

Deno.test("admin: a drain that is asked for is as SIGTERM, and it answers to the last", async () => {
  await using echo = promptEcho("echo");
  const [port] = freePorts(1) as [number];
  await using passthru = await startPassthru(
    config(echo.address, { listen: `127.0.0.1:${port}` }, {
      drain_timeout: "20s",
    }),
  );
  const admin = new AdminClient(port);
  const conn = await connectLocal(passthru.ports[0]!);
  await writeAll(conn, bytesOf("x"));
  await expectText(conn, "echo:x");
  const { status, body } = await admin.post<DrainAnswer>("/api/drain");
  assert.deepEqual([status, body], [202, {
    connections: 1,
    drain_seconds: 20,
  }]);
  assert.deepEqual(await admin.ready(), [503, "draining"]);
  assert.equal((await admin.get("/healthz")).status, 200);
  // Once more changes nothing.
  assert.equal((await admin.post("/api/drain")).status, 202);
  await until("the listener to be gone", async () => {
    try {
      (await connectLocal(passthru.ports[0]!)).close();
      return null;
    } catch {
      return true;
    }
  });
  const states = (await admin.state()).workers.map((one) => one.state);
  assert.deepEqual([...new Set(states)], ["draining"]);
  await writeAll(conn, bytesOf("y"));
  await expectText(conn, "y");
  conn.close();
  assert.equal(await within("the end", passthru.exit), 0);
  await assert.rejects(admin.ready());
});

Deno.test("admin: SIGTERM after a drain that was asked for closes what is open", async () => {
  await using echo = promptEcho("echo");
  const [port] = freePorts(1) as [number];
  await using passthru = await startPassthru(
    config(echo.address, { listen: `127.0.0.1:${port}` }),
  );
  const conn = await connectLocal(passthru.ports[0]!);
  await writeAll(conn, bytesOf("x"));
  await expectText(conn, "echo:x");
  await new AdminClient(port).post("/api/drain");
  await passthru.line(({ msg }) => msg === "stopping");
  passthru.kill("SIGTERM");
  assert.equal(await within("the end", passthru.exit), 0);
  conn.close();
  await passthru.line((line) => line["reason"] === "drain_deadline");
});

Deno.test("admin: without a good token it does not start", async () => {
  await using file = await configFile();
  const run = async (token: string) => {
    await Deno.writeTextFile(`${file.folder}/token`, token);
    const admin = { listen: "127.0.0.1:0", token: "file:token" };
    await file.write(config("127.0.0.1:9", admin));
    const { code, stderr } = await runPassthru(["-c", file.path]);
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, /listening/);
    return stderr.trimEnd();
  };
  const head = `Cannot use the admin token in "${file.folder}/token": `;
  assert.equal(await run(" \n"), `${head}the file is empty`);
  assert.equal(
    await run("0123456789abcde\n"),
    `${head}it has 15 characters, expected at least 16`,
  );
  assert.equal(
    await run("0123456789abcdef\n0123456789abcdef\n"),
    `${head}expected one line of printable ASCII without spaces`,
  );
});

Deno.test("admin: who listens for others without a token is warned in the log", async () => {
  await using echo = namedEcho("echo");
  await using passthru = await startPassthru(
    config(echo.address, { listen: "0.0.0.0:0" }),
  );
  const line = await passthru.line(({ level }) => level === "warn");
  assert.equal(line["msg"], "admin is not on loopback and has no token");
  const { address } = await passthru.line(({ msg }) =>
    msg === "admin listening"
  );
  const port = Number(/^0\.0\.0\.0:(\d+)$/.exec(String(address))![1]);
  assert.deepEqual(await new AdminClient(port).ready(), [200, "ready"]);
});

Deno.test("admin: it runs under exactly the permissions that are printed, token and all", async () => {
  await using echo = namedEcho("echo");
  const [port] = freePorts(1) as [number];
  await using file = await configFile();
  await Deno.writeTextFile(`${file.folder}/token`, TOKEN);
  const served = config(echo.address, {
    listen: `127.0.0.1:${port}`,
    token: "file:token",
  });
  await file.write(served);
  const { net, read } = await scopesOf(file.path);
  assert.ok(net.includes(`127.0.0.1:${port}`), `${net}`);
  assert.ok(read.includes(`${file.folder}/token`), `${read}`);
  const flags = await printedScopes(file.path);
  await using passthru = await startScoped(served, file, flags.trim());
  const admin = new AdminClient(port, TOKEN);
  assert.equal((await admin.get("/api/state")).status, 200);
  assert.equal((await admin.post("/api/reload")).status, 200);
  assert.equal(await ask(passthru.ports[0]!, "x"), "echo");
});
