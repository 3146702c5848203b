/** The admin API of a real process: what it says over a start and a drain. */
import {
  assert,
  assertEquals,
  assertNotMatch,
  assertRejects,
} from "@std/assert";
import type { DrainAnswer } from "../../src/admin/api.ts";
import { AdminClient } from "../support/admin_client.ts";
import { configFile } from "../support/config_file.ts";
import { connectLocal, expectText, promptEcho } from "../support/dialogue.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { oneServer, withAdmin } from "../support/passthru.ts";
import { runPassthru, startPassthru } from "../support/process.ts";
import { printedScopes, scopesOf, startScoped } from "../support/scoped.ts";
import { namedEcho, service } from "../support/services.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";

const TOKEN = "a-token-of-some-length";

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
  assertEquals(first, [503, "starting"]);
  const state = await admin.state();
  assertEquals([state.status, state.generation], ["starting", 0]);
  assertEquals(state.listeners[0]!.listener, "127.0.0.1:0");
  assertEquals((await admin.get("/healthz")).status, 200);
  await using passthru = await starting;
  assertEquals(await admin.ready(), [200, "ready"]);
  const messages = passthru.lines.map(({ msg }) => msg);
  assert(
    messages.indexOf("admin listening") < messages.indexOf("listening"),
    `${messages}`,
  );
});

Deno.test("admin: its state is that of the process", async () => {
  await using echo = namedEcho("echo");
  const [port] = freePorts(1) as [number];
  await using file = await configFile();
  await using passthru = await startPassthru(
    withAdmin(echo.address, { listen: `127.0.0.1:${port}` }, { workers: 2 }),
    { file: file.path },
  );
  const state = await new AdminClient(port).state();
  const [listener] = state.listeners;
  assertEquals(state.pid, passthru.pid);
  assertEquals(
    state.workers,
    [0, 1].map((worker) => ({
      generation: 1,
      worker,
      state: "serving",
      connections: 0,
    })),
  );
  assertEquals(listener!.address, `127.0.0.1:${passthru.ports[0]}`);
  assertEquals(listener!.rules, [{
    rule: "CATCHALL/CATCHALL",
    action: "FORWARD",
    targets: [echo.address],
    connections: 0,
  }]);
  assertEquals(state.config.text, await Deno.readTextFile(file.path));
  assertEquals(state.config.file, file.path);
  assertEquals(state.log, {
    level: "info",
    format: "json",
    dropped: 0,
  });
  const [target] = state.targets;
  assertEquals(
    [target!.target, target!.upstreams, target!.healthy],
    [echo.address, ["127.0.0.1:0 CATCHALL/CATCHALL"], null],
  );
});

Deno.test("admin: a drain that is asked for is as SIGTERM, and it answers to the last", async () => {
  await using echo = promptEcho("echo");
  const [port] = freePorts(1) as [number];
  await using passthru = await startPassthru(
    withAdmin(echo.address, { listen: `127.0.0.1:${port}` }, {
      drain_timeout: "20s",
    }),
  );
  const admin = new AdminClient(port);
  const conn = await connectLocal(passthru.ports[0]!);
  await writeAll(conn, bytesOf("x"));
  await expectText(conn, "echo:x");
  const { status, body } = await admin.post<DrainAnswer>("/api/drain");
  assertEquals([status, body], [202, {
    connections: 1,
    drain_seconds: 20,
  }]);
  assertEquals(await admin.ready(), [503, "draining"]);
  assertEquals((await admin.get("/healthz")).status, 200);
  // Once more changes nothing.
  assertEquals((await admin.post("/api/drain")).status, 202);
  await until("the listener to be gone", async () => {
    try {
      (await connectLocal(passthru.ports[0]!)).close();
      return null;
    } catch {
      return true;
    }
  });
  const states = (await admin.state()).workers.map((one) => one.state);
  assertEquals([...new Set(states)], ["draining"]);
  await writeAll(conn, bytesOf("y"));
  await expectText(conn, "y");
  conn.close();
  assertEquals(await within("the end", passthru.exit), 0);
  await assertRejects(() => admin.ready());
});

Deno.test("admin: SIGTERM after a drain that was asked for closes what is open", async () => {
  await using echo = promptEcho("echo");
  const [port] = freePorts(1) as [number];
  await using passthru = await startPassthru(
    withAdmin(echo.address, { listen: `127.0.0.1:${port}` }),
  );
  const conn = await connectLocal(passthru.ports[0]!);
  await writeAll(conn, bytesOf("x"));
  await expectText(conn, "echo:x");
  await new AdminClient(port).post("/api/drain");
  await passthru.line(({ msg }) => msg === "stopping");
  passthru.kill("SIGTERM");
  assertEquals(await within("the end", passthru.exit), 0);
  conn.close();
  await passthru.line((line) => line["reason"] === "drain_deadline");
});

Deno.test("admin: without a good token it does not start", async () => {
  await using file = await configFile();
  const run = async (token: string) => {
    await Deno.writeTextFile(`${file.folder}/token`, token);
    const admin = { listen: "127.0.0.1:0", token: "file:token" };
    await file.write(withAdmin("127.0.0.1:9", admin));
    const { code, stderr } = await runPassthru(["-c", file.path]);
    assertEquals(code, 1);
    assertNotMatch(stderr, /listening/);
    return stderr.trimEnd();
  };
  const head = `Cannot use the admin token in "${file.folder}/token": `;
  assertEquals(await run(" \n"), `${head}the file is empty`);
  assertEquals(
    await run("0123456789abcde\n"),
    `${head}it has 15 characters, expected at least 16`,
  );
  assertEquals(
    await run("0123456789abcdef\n0123456789abcdef\n"),
    `${head}expected one line of printable ASCII without spaces`,
  );
});

Deno.test("admin: a token that all users of the machine can read is warned of, in the log and by check", async () => {
  await using echo = namedEcho("echo");
  await using file = await configFile();
  const admin = { listen: "127.0.0.1:0", token: "file:token" };
  const token = `${file.folder}/token`;
  await Deno.writeTextFile(token, TOKEN);
  await file.write(withAdmin(echo.address, admin));
  const warning =
    `All users of this machine can read the admin token in "${token}": expected a file that others cannot read (chmod o= "${token}")`;
  const warns = async () => {
    const { code, stderr } = await runPassthru(["check", "-c", file.path]);
    assertEquals(code, 0);
    return stderr;
  };
  await Deno.chmod(token, 0o644);
  await Deno.chmod(file.folder, 0o700);
  assertEquals(await warns(), "", "the folder is closed");
  await Deno.chmod(file.folder, 0o755);
  assertEquals(await warns(), `warning: ${warning}\n`);
  await using passthru = await startPassthru(withAdmin(echo.address, admin), {
    file: file.path,
  });
  await passthru.line(({ msg, level }) => msg === warning && level === "warn");
  await Deno.chmod(token, 0o640);
  assertEquals(await warns(), "");
});

Deno.test("admin: who listens for others without a token is warned in the log", async () => {
  await using echo = namedEcho("echo");
  await using passthru = await startPassthru(
    withAdmin(echo.address, { listen: "0.0.0.0:0" }),
  );
  const line = await passthru.line(({ level }) => level === "warn");
  assertEquals(line["msg"], "admin is not on loopback and has no token");
  const { address } = await passthru.line(({ msg }) =>
    msg === "admin listening"
  );
  const port = Number(/^0\.0\.0\.0:(\d+)$/.exec(String(address))![1]);
  assertEquals(await new AdminClient(port).ready(), [200, "ready"]);
});

Deno.test("admin: it runs under exactly the permissions that are printed, token and all", async () => {
  await using echo = namedEcho("echo");
  const [port] = freePorts(1) as [number];
  await using file = await configFile();
  await Deno.writeTextFile(`${file.folder}/token`, TOKEN);
  const served = withAdmin(echo.address, {
    listen: `127.0.0.1:${port}`,
    token: "file:token",
  });
  await file.write(served);
  const { net, read } = await scopesOf(file.path);
  assert(net.includes(`127.0.0.1:${port}`), `${net}`);
  assert(read.includes(`${file.folder}/token`), `${read}`);
  const flags = await printedScopes(file.path);
  await using passthru = await startScoped(served, file, flags.trim());
  const admin = new AdminClient(port, TOKEN);
  assertEquals((await admin.get("/api/state")).status, 200);
  assertEquals((await admin.post("/api/reload")).status, 200);
  assertEquals(await ask(passthru.ports[0]!, "x"), "echo");
});
