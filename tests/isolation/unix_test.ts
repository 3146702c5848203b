/** Unix sockets in workers, under the permissions that are printed for them. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertRejects,
} from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { PassthruError } from "../../src/errors.ts";
import { type ConfigFile, configFile, reload } from "../support/config_file.ts";
import { forwardTo } from "../support/passthru.ts";
import { type PassthruProcess, ROOT } from "../support/process.ts";
import {
  missing,
  printedScopes,
  scopesOf,
  startScoped,
  startWithout,
} from "../support/scoped.ts";
import { namedEcho } from "../support/services.ts";
import { logged, planOf, supervise } from "../support/supervise.ts";
import { askUnix, exists, leaveSocket, unixEcho } from "../support/unix.ts";
import { until, within } from "../support/wait.ts";
import { boom, crashing } from "./fixtures/crashing.ts";

const WORKER = new URL("../../src/worker.ts", import.meta.url);
const REGISTRY = new Registry(BUILTINS);

function onUnix(path: string, to: string, workers = 2): unknown {
  return {
    version: "v1.0.0",
    workers,
    servers: { [`unix:${path}`]: { CATCHALL: forwardTo(to) } },
  };
}

async function start(
  config: unknown,
  file: ConfigFile,
): Promise<PassthruProcess> {
  await file.write(config);
  const flags = await printedScopes(file.path);
  return await startScoped(config, file, flags.trim());
}

Deno.test("scopes: a unix listener and a unix target need net, read and write for their paths, and no more", async () => {
  await using file = await configFile();
  const [inside, app] = [`${file.folder}/in.sock`, `${file.folder}/app.sock`];
  await using echo = unixEcho(app, "app");
  await file.write(onUnix(inside, echo.address));
  const sockets = [app, inside, `${inside}.new`];
  assertEquals(await scopesOf(file.path), {
    net: sockets.map((path) => `unix:${path}`),
    read: [file.path, `${ROOT}src`, ...sockets],
    write: sockets,
  });
  await using passthru = await start(onUnix(inside, echo.address), file);
  assertEquals(await askUnix(inside, "hello"), "app:hello");
  const listening = passthru.lines.find(({ msg }) => msg === "listening")!;
  assertEquals(listening["address"], `unix:${inside}`);
  passthru.kill("SIGTERM");
  assertEquals(await passthru.exit, 0);
  assertEquals(exists(inside), false, "it is removed at the stop");
});

Deno.test("scopes: a start without write for a socket names what is missing, and binds nothing", async () => {
  await using file = await configFile();
  const path = `${file.folder}/in.sock`;
  await file.write(onUnix(path, "127.0.0.1:9"));
  const { net, read } = await scopesOf(file.path);
  assertEquals(
    await startWithout(file, { net, read }),
    missing(`--allow-write=${path},${path}.new`),
  );
  assertEquals(exists(path), false);
});

Deno.test("a socket that was left behind is replaced, one that somebody listens on is not", async () => {
  await using file = await configFile();
  const path = `${file.folder}/in.sock`;
  await using echo = namedEcho("app");
  const plan = planOf(onUnix(path, echo.address), REGISTRY);
  await leaveSocket(path);
  await using first = supervise(WORKER);
  await first.control.serve(plan);
  assertEquals(await askUnix(path, "hello"), "app:hello");
  await using second = supervise(WORKER);
  assertObjectMatch(
    await assertRejects(() => second.control.serve(plan), PassthruError),
    {
      code: "bind_failed",
      message:
        `Cannot listen on "unix:${path}": another process listens on it already`,
    },
  );
  assertEquals(await askUnix(path, "again"), "app:again");
});

Deno.test("all that keeps the listeners from being bound is said at once", async () => {
  await using file = await configFile();
  const path = `${file.folder}/in.sock`;
  await Deno.writeTextFile(path, "");
  using used = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const tcp = `127.0.0.1:${used.addr.port}`;
  await using supervised = supervise(WORKER);
  const server = { CATCHALL: forwardTo("127.0.0.1:9") };
  const servers = { [tcp]: server, [`unix:${path}`]: server };
  const plan = planOf({ version: "v1.0.0", servers }, REGISTRY);
  assertEquals(
    (await assertRejects(() => supervised.control.serve(plan), Error)).message,
    `Cannot listen on "unix:${path}": there is a file that is not a socket\n` +
      `Cannot listen on "${tcp}": address already in use`,
  );
});

Deno.test("a listener that a reload takes away leaves no socket, one that stays is not gone for a moment", async () => {
  await using file = await configFile();
  const [stays, goes] = [
    `${file.folder}/stays.sock`,
    `${file.folder}/goes.sock`,
  ];
  await using echo = namedEcho("app");
  const { servers: one } = onUnix(stays, echo.address) as { servers: object };
  const { servers: two } = onUnix(goes, echo.address) as { servers: object };
  await using supervised = supervise(WORKER);
  const { control } = supervised;
  const version = "v1.0.0";
  await control.serve(
    planOf({ version, servers: { ...one, ...two } }, REGISTRY),
  );
  assertEquals(await askUnix(goes, "hello"), "app:hello");
  await control.serve(planOf({ version, servers: one }, REGISTRY));
  assertEquals(await askUnix(stays, "hello"), "app:hello");
  assertEquals(exists(goes), false);
});

Deno.test("a worker that crashes takes its socket back", async () => {
  await using file = await configFile();
  const path = `${file.folder}/in.sock`;
  await using echo = namedEcho("app");
  await using supervised = supervise(
    new URL("./fixtures/crash_worker.ts", import.meta.url),
  );
  const registry = new Registry([...BUILTINS, crashing(() => {})]);
  const rule = forwardTo(echo.address);
  const server = { CRASH: rule, CATCHALL: rule };
  const servers = { [`unix:${path}`]: server };
  await supervised.control.serve(
    planOf({ version: "v1.0.0", servers }, registry),
  );
  assertEquals(await askUnix(path, "hello"), "app:hello");
  await askUnix(path, boom("timer")).catch(() => {});
  await logged(supervised, "worker crashed");
  await until(
    "the worker that takes over",
    () =>
      askUnix(path, "again").then(
        (said) => said === "app:again" || null,
        () => null,
      ),
  );
  assertEquals(exists(`${path}.new`), false);
});

Deno.test("reloads lose no client of a unix listener", async () => {
  await using file = await configFile();
  const path = `${file.folder}/in.sock`;
  await using a = namedEcho("a");
  await using b = namedEcho("b");
  const targets = [a, b];
  // The permissions are those of the process, for all of its Plans.
  const { version, servers } = onUnix(path, a.address) as {
    version: string;
    servers: object;
  };
  const other = { "127.0.0.1:1": { CATCHALL: forwardTo(b.address) } };
  await file.write({ version, servers: { ...servers, ...other } });
  const flags = (await printedScopes(file.path)).trim();
  await using passthru = await startScoped({ version, servers }, file, flags);
  await using load = new UnixLoad(path, 16);
  for (let i = 1; i <= 12; i++) {
    const config = onUnix(path, targets[i % 2]!.address, 1 + i % 3);
    assertEquals((await reload(passthru, file, config)).msg, "reloaded");
    await load.more(50);
  }
  await load[Symbol.asyncDispose]();
  assertEquals(load.failures, []);
  assert(load.asked >= 600, `${load.asked}`);
});

/** Clients that ask again and again, each time on a new connection. */
class UnixLoad implements AsyncDisposable {
  readonly failures: string[] = [];
  asked = 0;
  #stopped = false;
  readonly #clients: Promise<void>[];

  constructor(path: string, clients: number) {
    this.#clients = Array.from({ length: clients }, () => this.#run(path));
  }

  async more(count: number): Promise<void> {
    const enough = this.asked + count;
    await until("more clients", () => this.asked >= enough || null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  async #run(path: string): Promise<void> {
    while (!this.#stopped) {
      const said = `ask ${this.asked++}`;
      try {
        const answer = await within(said, askUnix(path, said));
        if (!/^[ab]:/.test(answer) || answer.slice(2) !== said) {
          this.failures.push(`${said}: ${answer}`);
        }
      } catch (error) {
        this.failures.push(`${said}: ${error}`);
      }
    }
  }
}

Deno.test("scopes: the systemd unit may make the sockets of its listeners", async () => {
  await using file = await configFile();
  const rule = { CATCHALL: forwardTo("unix:/run/app/x.sock") };
  await file.write({
    version: "v1.0.0",
    servers: {
      "unix:/run/passthru/in.sock": rule,
      "unix:/srv/web site/in.sock": rule,
    },
  });
  const unit = await printedScopes(file.path, "--systemd");
  assertMatch(
    unit,
    /\nUMask=0077\nRuntimeDirectory=passthru\nReadWritePaths="\/srv\/web site"\n/,
  );
});
