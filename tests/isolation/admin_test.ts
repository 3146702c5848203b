/** The admin API of a real process: what it says over a start, a reload, a drain. */
import assert from "node:assert/strict";
import type {
  ApiError,
  DrainAnswer,
  ReloadAnswer,
} from "../../src/admin/api.ts";
import { AdminClient } from "../support/admin_client.ts";
import { configFile, reload } from "../support/config_file.ts";
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
  assert.deepEqual(state.log, { level: "info", format: "json" });
  const [target] = state.targets;
  assert.deepEqual(
    [target!.target, target!.upstreams, target!.healthy],
    [echo.address, ["127.0.0.1:0 CATCHALL/CATCHALL"], null],
  );
});

Deno.test("admin: a reload that is asked for serves the new config, and says what changed", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const [port] = freePorts(1) as [number];
  const listen = { listen: `127.0.0.1:${port}` };
  await using file = await configFile();
  await using passthru = await startPassthru(config(one.address, listen), {
    file: file.path,
  });
  const admin = new AdminClient(port);
  await file.write(config(two.address, listen));
  const { status, body } = await admin.post<ReloadAnswer>("/api/reload");
  assert.deepEqual([status, body.generation], [200, 2]);
  assert.match(body.changes.join(), /CATCHALL\/CATCHALL: .* -> /);
  assert.equal(await ask(passthru.ports[0]!, "x"), "two");
  const state = await admin.state();
  assert.equal(state.generation, 2);
  assert.equal(state.config.last_reload!.ok, true);
  assert.ok(state.config.text.includes(two.address));
});

Deno.test("admin: a bad config is answered with all that is wrong, and the old one goes on", async () => {
  await using one = namedEcho("one");
  const [port] = freePorts(1) as [number];
  const listen = { listen: `127.0.0.1:${port}` };
  await using file = await configFile();
  const good = config(one.address, listen);
  await using passthru = await startPassthru(good, { file: file.path });
  const admin = new AdminClient(port);
  const text = '{\n  "version": "v1.0.0",\n  "servers": { ":1": {} },\n' +
    '  "workers": -1\n}';
  await file.write(text);
  const { status, body } = await admin.post<ApiError>("/api/reload");
  assert.deepEqual([status, body], [422, {
    error: `${file.path} has errors`,
    notes: [{
      place: `${file.path}:4:14`,
      severity: "error",
      message:
        'Invalid value of "workers": found -1, expected a whole number from 0 to 1024',
    }],
  }]);
  assert.equal(await ask(passthru.ports[0]!, "x"), "one");
  assert.deepEqual(await admin.ready(), [200, "ready"]);
  const { config: shown, generation } = await admin.state();
  assert.equal(generation, 1);
  assert.equal(shown.text, JSON.stringify(good, null, 2));
  assert.deepEqual(
    [shown.last_reload!.ok, shown.last_reload!.error, shown.last_reload!.notes],
    [false, body.error, body.notes],
  );
  assert.deepEqual(shown.notes, []);
  // The signal goes the same way.
  const line = await reload(passthru, file, "{");
  assert.equal(line["level"], "error");
  const { last_reload } = (await admin.state()).config;
  assert.equal(last_reload!.notes[0]!.place, `${file.path}:1:2`);
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
  assert.deepEqual(
    (await admin.state()).workers.filter((one) => one.connections > 0)
      .map((one) => one.state),
    ["draining"],
  );
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

Deno.test("admin: a reload moves it, changes who may ask, and turns it off", async () => {
  await using echo = namedEcho("echo");
  const [port, other] = freePorts(2) as [number, number];
  await using file = await configFile();
  await Deno.writeTextFile(`${file.folder}/token`, `  ${TOKEN}\n`);
  await using passthru = await startPassthru(config(echo.address, undefined), {
    file: file.path,
  });
  const switchTo = async (admin: unknown) => {
    const line = await reload(passthru, file, config(echo.address, admin));
    assert.equal(line["msg"], "reloaded");
    return line["changes"];
  };
  const first = new AdminClient(port);
  await assert.rejects(first.ready());
  assert.equal(
    await switchTo({ listen: `127.0.0.1:${port}` }),
    `admin off -> 127.0.0.1:${port}`,
  );
  assert.equal((await first.get("/api/state")).status, 200);
  // The same port on more interfaces: one goes before the other comes.
  await switchTo({ listen: `:${port}`, token: "file:token" });
  assert.equal((await first.get("/api/state")).status, 200);
  const authorized = new AdminClient(port, TOKEN);
  assert.equal((await authorized.get("/api/state")).status, 200);
  const wrong = new AdminClient(port, "another-token-of-16");
  assert.equal((await wrong.get("/api/state")).status, 401);
  // Another token at the same address.
  await Deno.writeTextFile(`${file.folder}/token`, "another-token-of-16");
  await switchTo({ listen: `:${port}`, token: "file:token" });
  assert.equal((await wrong.get("/api/state")).status, 200);
  // What moves it answers on the old address.
  const moved = new AdminClient(other);
  const there = { listen: `127.0.0.1:${other}` };
  await file.write(config(echo.address, there));
  assert.equal((await first.post("/api/reload")).status, 200);
  assert.equal((await moved.get("/api/state")).status, 200);
  await until(
    "the old one to end",
    () => first.ready().then(() => null, () => true),
  );
  await switchTo(undefined);
  await until("it to end", () => moved.ready().then(() => null, () => true));
});

Deno.test("admin: a reload that fails leaves it where it was", async () => {
  await using echo = namedEcho("echo");
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [port, other] = freePorts(2) as [number, number];
  const here = { listen: `127.0.0.1:${port}` };
  await using file = await configFile();
  await Deno.writeTextFile(`${file.folder}/token`, "short");
  await using passthru = await startPassthru(config(echo.address, here), {
    file: file.path,
  });
  const admin = new AdminClient(port);
  const inUse = `127.0.0.1:${taken.addr.port}`;
  const bad = async (next: object) => {
    await file.write(next);
    const { status, body } = await admin.post<ApiError>("/api/reload");
    assert.equal(status, 422);
    assert.equal((await admin.get("/api/state")).status, 200);
    assert.equal(await ask(passthru.ports[0]!, "x"), "echo");
    return body.error;
  };
  assert.equal(
    await bad(config(echo.address, { listen: inUse })),
    `Cannot listen on "${inUse}" for admin: address already in use`,
  );
  assert.equal(
    await bad(config(echo.address, { ...here, token: "file:token" })),
    `Cannot use the admin token in "${file.folder}/token": it has 5 characters, expected at least 16`,
  );
  assert.equal(
    await bad(config(echo.address, { ...here, token: "file:none" })),
    `Cannot read the admin token "${file.folder}/none": no such file`,
  );
  // The admin address is free, but a server's is not: beside and in its place.
  const servers = { [inUse]: { CATCHALL: forwardTo(echo.address) } };
  const elsewhere = { listen: `127.0.0.1:${other}` };
  for (const listen of [elsewhere, { listen: `:${port}` }]) {
    assert.equal(
      await bad({ ...config(echo.address, listen), servers }),
      `Cannot listen on "${inUse}": address already in use`,
    );
  }
  await assert.rejects(new AdminClient(other).ready());
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
