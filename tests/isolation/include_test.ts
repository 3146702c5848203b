/** A config of several files under the permissions that it needs, and reloads. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { AdminClient } from "../../src/admin/client.ts";
import { adminPort } from "../support/admin_client.ts";
import {
  type ConfigFile,
  configFile,
  endsReload,
  nextLine,
} from "../support/config_file.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask, Load } from "../support/load.ts";
import {
  type LogLine,
  type PassthruProcess,
  ROOT,
  startPassthru,
} from "../support/process.ts";
import {
  printedScopes,
  scopesOf,
  startScoped,
  startWithout,
  withoutSources,
} from "../support/scoped.ts";
import { namedEcho } from "../support/services.ts";
import { within } from "../support/wait.ts";

/** A config without routes of its own. */
const MAIN = {
  version: "v1.0.0",
  include: ["routes.d/*.jsonc"],
  admin: { listen: "127.0.0.1:0" },
  servers: { "127.0.0.1:0": {} },
};

/** A file with the default route of the only server. */
function route(target: string): string {
  return JSON.stringify({ servers: { "127.0.0.1:0": { CATCHALL: target } } });
}

/** Writes a file as programs do that write more than a little. */
async function replaceFile(path: string, text: string): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  await Deno.writeTextFile(`${folder}/.new`, text);
  await Deno.rename(`${folder}/.new`, path);
}

async function withRoutes(target: string, main: unknown = MAIN) {
  const file = await configFile(main);
  await Deno.mkdir(`${file.folder}/routes.d`);
  const path = `${file.folder}/routes.d/a.jsonc`;
  await Deno.writeTextFile(path, route(target));
  return { file, path };
}

/** Does something, and waits for the reload that follows from it. */
async function reloaded(
  passthru: PassthruProcess,
  change: () => Promise<unknown> | void,
): Promise<LogLine> {
  const ended = nextLine(passthru, endsReload);
  await change();
  return await within("the reload", ended);
}

Deno.test("include: a process that may read the folder and nothing more serves, and reloads", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const { file, path } = await withRoutes(one.address);
  await using _file = file;
  // Both targets are needed from the start: a process gets nothing more.
  const both = { servers: { "127.0.0.1:0": { SSH: two.address } } };
  const more = `${file.folder}/routes.d/b.jsonc`;
  await Deno.writeTextFile(more, JSON.stringify(both));
  const { read } = await scopesOf(file.path);
  assertEquals(read, [file.path, `${file.folder}/routes.d`, `${ROOT}src`]);
  const flags = (await printedScopes(file.path)).trimEnd();
  await using passthru = await startScoped(MAIN, file, flags);
  const port = portOf(passthru);
  assertEquals(await ask(port, "x"), "one");
  const taken = await reloaded(passthru, async () => {
    await Deno.remove(more);
    await replaceFile(path, route(two.address));
    passthru.kill("SIGHUP");
  });
  assertEquals(taken["msg"], "reloaded");
  assertEquals(await ask(port, "x"), "two");
});

Deno.test("include: the address of a listener that stands in a file is bound, and another one after a reload", async () => {
  await using one = namedEcho("one");
  const [first, second] = freePorts(2) as [number, number];
  const web = {
    options: { listen: "file:listen.addr" },
    CATCHALL: one.address,
  };
  const main = { version: "v1.0.0", servers: { web } };
  await using file = await configFile(main);
  const address = `${file.folder}/listen.addr`;
  await Deno.writeTextFile(address, `127.0.0.1:${first}\n`);
  const { net } = await scopesOf(file.path);
  assert(net.includes(`127.0.0.1:${first}`), net.join());
  await using passthru = await startPassthru(main, { file: file.path });
  assertEquals(await ask(first, "x"), "one");
  const taken = await reloaded(passthru, async () => {
    await Deno.writeTextFile(address, `127.0.0.1:${second}\n`);
    passthru.kill("SIGHUP");
  });
  assertEquals(
    taken["changes"],
    `listener 127.0.0.1:${second} added; listener 127.0.0.1:${first} removed`,
  );
  assertEquals(await ask(second, "x"), "one");
});

Deno.test("include: FROM of a file that changes is another rule after a reload", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const SSH = { "FROM file:office.txt": one.address, CATCHALL: two.address };
  const main = { version: "v1.0.0", servers: { "127.0.0.1:0": { SSH } } };
  await using file = await configFile(main);
  const office = `${file.folder}/office.txt`;
  await Deno.writeTextFile(office, "10.0.0.0/8\n192.0.2.1\n");
  const { read } = await scopesOf(file.path);
  assertEquals(read, [file.path, office, `${ROOT}src`]);
  const flags = (await printedScopes(file.path)).trimEnd();
  await using passthru = await startScoped(main, file, flags);
  const port = portOf(passthru);
  assertEquals(await ask(port, "SSH-2.0-x\r\n"), "two");
  const taken = await reloaded(passthru, async () => {
    await Deno.writeTextFile(office, "10.0.0.0/8\n127.0.0.1\n");
    passthru.kill("SIGHUP");
  });
  assertMatch(
    String(taken["changes"]),
    /SSH\/FROM file:office\.txt: other addresses$/,
  );
  assertEquals(await ask(port, "SSH-2.0-x\r\n"), "one");
});

Deno.test("include: a process may reach what files with bounds may come to name, and its workers what they name", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const within = {
    listeners: ["127.0.0.1:0"],
    to: ["127.0.0.0/8", "fd00::/8"],
  };
  const main = { ...MAIN, include: [{ files: "routes.d/*.jsonc", within }] };
  const { file, path } = await withRoutes(one.address, main);
  await using _file = file;
  const { stdout, stderr } = await scopesText(file);
  assertMatch(stdout, /--allow-net=[^ ]*127\.0\.0\.0\/8/);
  assertMatch(
    stderr,
    /note: Deno has no permissions for blocks of IPv6 addresses: .* fd00::\/8/,
  );
  const flags = /--allow-net=\S+ --allow-read=\S+/.exec(stdout)![0];
  await using passthru = await startScoped(main, file, flags);
  const port = portOf(passthru);
  assertEquals(await ask(port, "x"), "one");
  const taken = await reloaded(passthru, async () => {
    await replaceFile(path, route(two.address));
    passthru.kill("SIGHUP");
  });
  assertEquals(taken["msg"], "reloaded");
  assertEquals(await ask(port, "x"), "two");
  const refused = await reloaded(passthru, async () => {
    await replaceFile(path, route("10.0.0.1:1"));
    passthru.kill("SIGHUP");
  });
  assertEquals(refused["msg"], "reloaded");
  const line = passthru.lines.find(({ msg }) =>
    msg === "included file refused"
  );
  assertEquals(line?.["in_use"], "last_good");
  assertEquals(await ask(port, "x"), "two");
});

/** The port of the server, which is not that of the admin API. */
function portOf({ ports }: PassthruProcess): number {
  return ports[0]!;
}

Deno.test("include: a start that may not read the files names the flag", async () => {
  const { file } = await withRoutes("127.0.0.1:1", {
    version: "v1.0.0",
    include: ["routes.d/*.jsonc", "more.jsonc"],
    servers: { "127.0.0.1:0": { SSH: "file:ssh.addr" } },
  });
  await using _file = file;
  await Deno.writeTextFile(`${file.folder}/more.jsonc`, "{}");
  await Deno.writeTextFile(`${file.folder}/ssh.addr`, "127.0.0.1:22");
  const { net, read } = await scopesOf(file.path);
  const [folder, more, value] = ["routes.d", "more.jsonc", "ssh.addr"]
    .map((name) => `${file.folder}/${name}`) as [string, string, string];
  assertEquals(read, [file.path, folder, more, value, `${ROOT}src`]);
  const few = { net, read: [file.path, `${ROOT}src`] };
  const { code, stderr } = await startWithout(file, few);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `Cannot read the files that config "${file.path}" names: not permitted by the Deno permissions, run with --allow-read=${folder},${more},${value} too\n`,
  );
  const without = read.filter((path) => path !== `${ROOT}src`);
  assertEquals(
    await startWithout(file, { net, read: without }),
    withoutSources(),
  );
});

Deno.test("include: a unit may read the files, and says so of those that it cannot", async () => {
  const { file } = await withRoutes("127.0.0.1:1");
  await using _file = file;
  await Deno.chmod(`${file.folder}/routes.d`, 0o700);
  const { stdout, stderr } = await scopesText(file, "--systemd");
  assertMatch(
    stdout,
    new RegExp(`--allow-read=[^ ]*,${file.folder}/routes\\.d,`),
  );
  assertMatch(
    stderr,
    new RegExp(`what the config names "${file.folder}/routes\\.d"`),
  );
});

async function scopesText({ path }: ConfigFile, ...more: string[]) {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}main.ts`, "scopes", "-c", path, ...more],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("include: an edit under load drops no connection, and a broken file changes nothing", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const { file, path } = await withRoutes(one.address);
  await using _file = file;
  await using passthru = await startPassthru(MAIN, { file: file.path });
  const port = portOf(passthru);
  await using load = new Load({ port, parallel: 8 });
  await load.more(50);
  const hup = (text: string) =>
    reloaded(passthru, async () => {
      await replaceFile(path, text);
      passthru.kill("SIGHUP");
    });
  assertEquals((await hup(route(two.address)))["msg"], "reloaded");
  await load.more(50);
  assertEquals(await ask(port, "x"), "two");
  const bad = await hup(route("nowhere"));
  assertEquals(bad["level"], "error");
  const note = passthru.lines.find(({ msg }) => msg === "config");
  assertEquals(note?.["place"], `${path}:1:39`);
  await load.more(50);
  assertEquals(await ask(port, "x"), "two");
  assertEquals((await hup(route(one.address)))["msg"], "reloaded");
  await load.more(50);
  await load.stop();
  assertEquals(load.failures, []);
  assert(load.served.get("one")! > 0);
  assert(load.served.get("two")! > 0);
});

Deno.test("watch: included files that are made, changed and removed under load, and values, each lead to a reload", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const { file, path } = await withRoutes(one.address);
  await using _file = file;
  await using passthru = await startPassthru(MAIN, {
    file: file.path,
    args: ["--watch"],
  });
  const port = portOf(passthru);
  await using load = new Load({ port, parallel: 4 });
  const done = (change: () => Promise<unknown>) => reloaded(passthru, change);
  const changed = await done(() => replaceFile(path, route(two.address)));
  assertEquals(changed["msg"], "reloaded");
  assertEquals(await ask(port, "x"), "two");
  const more = `${file.folder}/routes.d/b.jsonc`;
  const ssh = { servers: { "127.0.0.1:0": { SSH: "file:ssh.addr" } } };
  const value = `${file.folder}/routes.d/ssh.addr`;
  const missingValue = await done(() => replaceFile(more, JSON.stringify(ssh)));
  assertEquals(missingValue["level"], "error");
  // It is known from the config that could not be used.
  const made = await done(() => Deno.writeTextFile(value, one.address));
  assertEquals(made["msg"], "reloaded");
  assertEquals(await ask(port, "SSH-2.0-x\r\n"), "one");
  const other = await done(() => replaceFile(value, two.address));
  assertEquals(other["msg"], "reloaded");
  assertEquals(await ask(port, "SSH-2.0-x\r\n"), "two");
  const removed = await done(() => Deno.remove(more));
  assertEquals(removed["msg"], "reloaded");
  await load.stop();
  assertEquals(load.failures, []);
});

Deno.test("include: the admin API has the texts of all files, and places in them", async () => {
  const { file, path } = await withRoutes("127.0.0.1:1");
  await using _file = file;
  await using passthru = await startPassthru(MAIN, { file: file.path });
  using admin = new AdminClient({
    host: `127.0.0.1:${await adminPort(passthru)}`,
  });
  const { config } = await admin.state();
  assertEquals(config.included, [{ file: path, text: route("127.0.0.1:1") }]);
  await Deno.writeTextFile(path, route("127.0.0.1"));
  const outcome = await admin.reload();
  assert(!outcome.ok);
  assertEquals(outcome.notes?.map(({ place }) => place), [`${path}:1:39`]);
});
