/** A process whose config includes a file with bounds that has errors. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { AdminClient, adminPort } from "../support/admin_client.ts";
import {
  type ConfigFile,
  configFile,
  endsReload,
  nextLine,
  reload,
} from "../support/config_file.ts";
import { ask } from "../support/load.ts";
import {
  type PassthruProcess,
  runPassthru,
  startPassthru,
} from "../support/process.ts";
import { startScoped } from "../support/scoped.ts";
import { namedEcho } from "../support/services.ts";
import { within } from "../support/wait.ts";

/** A config with a route of its own, and bounded files with others. */
function mainWith(ssh: string, more: Record<string, unknown> = {}) {
  return {
    version: "v1.0.0",
    include: [{
      files: "apps.d/*.jsonc",
      within: { listeners: ["127.0.0.1:0"], to: ["127.0.0.0/8"] },
      ...more,
    }],
    admin: { listen: "127.0.0.1:0" },
    servers: { "127.0.0.1:0": { SSH: ssh } },
  };
}

/** A file with a route of HTTP. */
function app(target: string): string {
  const HTTP = { "HOST app.org": target };
  return JSON.stringify({ servers: { "127.0.0.1:0": { HTTP } } });
}

async function withApp(main: unknown, text: string) {
  const file = await configFile(main);
  await Deno.mkdir(`${file.folder}/apps.d`);
  const path = `${file.folder}/apps.d/a.jsonc`;
  await Deno.writeTextFile(path, text);
  return { file, path };
}

/** Who answers for HTTP and for SSH; `""`: nobody. */
async function answers(passthru: PassthruProcess): Promise<string[]> {
  const port = passthru.ports[0]!;
  const http = "GET / HTTP/1.1\r\nHost: app.org\r\n\r\n";
  return [
    await ask(port, http).catch(() => ""),
    await ask(port, "SSH-2.0-x\r\n"),
  ];
}

async function hup(passthru: PassthruProcess) {
  const ended = nextLine(passthru, endsReload);
  passthru.kill("SIGHUP");
  return await within("the reload", ended);
}

/** What the metric of refused files says. */
async function refusedFiles(admin: AdminClient): Promise<string[]> {
  const { body } = await admin.get<string>("/metrics");
  return body.split("\n")
    .filter((line) => line.startsWith("passthru_config_files_refused"));
}

/** The log lines of refused files. */
function refusedLines({ lines }: PassthruProcess) {
  return lines.filter(({ msg }) => msg === "included file refused");
}

Deno.test("refused file: it keeps passthru neither from starting nor from another config", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const main = mainWith(one.address);
  const { file, path } = await withApp(main, "{ nonsense");
  await using _file = file;
  await using passthru = await startPassthru(main, { file: file.path });
  assertEquals(await answers(passthru), ["", "one"]);
  const [line] = refusedLines(passthru);
  assertEquals(line?.["level"], "error");
  assertEquals(line?.["place"], `${path}:1:3`);
  assertEquals([line?.["file"], line?.["in_use"]], [path, "nothing"]);
  const admin = new AdminClient(await adminPort(passthru));
  assertEquals(await refusedFiles(admin), [
    'passthru_config_files_refused{in_use="last_good"} 0',
    'passthru_config_files_refused{in_use="nothing"} 1',
  ]);
  const changed = await reload(passthru, file, mainWith(two.address));
  assertEquals(changed["msg"], "reloaded");
  assertEquals(await answers(passthru), ["", "two"]);
  await Deno.writeTextFile(path, app(one.address));
  assertEquals((await hup(passthru))["msg"], "reloaded");
  assertEquals(await answers(passthru), ["one", "two"]);
  assertEquals(refusedLines(passthru).length, 2);
  assertEquals((await admin.state()).config.refused, []);
});

Deno.test("refused file: its last good routes stay, whatever else is changed", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const main = mainWith(one.address);
  const good = app(one.address);
  const { file, path } = await withApp(main, good);
  await using _file = file;
  await using passthru = await startPassthru(main, { file: file.path });
  assertEquals(await answers(passthru), ["one", "one"]);
  const port = await adminPort(passthru);
  const admin = new AdminClient(port);
  // Cut off, not allowed, and emptied.
  for (const text of [good.slice(0, -5), app("10.0.0.1:80"), ""]) {
    await Deno.writeTextFile(path, text);
    const ended = await reload(passthru, file, mainWith(two.address));
    assertEquals(ended["msg"], "reloaded", text);
    assertEquals(await answers(passthru), ["one", "two"], text);
    const { config } = await admin.state();
    assertEquals(config.refused.map(({ in_use }) => in_use), ["last_good"]);
    assertEquals(config.included, [{ file: path, text: good }]);
    assertEquals(config.last_reload?.ok, true);
    assertEquals(config.notes.map(({ severity }) => severity), [
      "error",
      "warning",
    ]);
  }
  const to = ["--admin", `127.0.0.1:${port}`];
  const again = await runPassthru(["reload", ...to]);
  assertEquals(again.code, 0, again.stderr);
  assertMatch(again.stderr, /a\.jsonc:1:1: error: The file is empty/);
  assertMatch(
    again.stderr,
    /a\.jsonc:1:1: warning: .* last good content stays/,
  );
  const { stdout } = await runPassthru(["status", ...to]);
  assertMatch(
    stdout,
    /^included file \S+a\.jsonc refused, its last good content is in use: \S+:1:1: The file is empty/m,
  );
  await Deno.remove(path);
  assertEquals((await hup(passthru))["msg"], "reloaded");
  assertEquals(await answers(passthru), ["", "two"]);
});

Deno.test("refused file: the routes of a folder that cannot be read stay", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const main = mainWith(one.address);
  const { file } = await withApp(main, app(one.address));
  await using _file = file;
  await using passthru = await startPassthru(main, { file: file.path });
  const folder = `${file.folder}/apps.d`;
  await Deno.rename(folder, `${folder}.old`);
  await Deno.writeTextFile(folder, "no folder");
  const ended = await reload(passthru, file, mainWith(two.address));
  assertEquals(ended["msg"], "reloaded");
  assertEquals(await answers(passthru), ["one", "two"]);
  const [line] = refusedLines(passthru);
  assertEquals([line?.["file"], line?.["in_use"]], [
    `${folder}/*.jsonc`,
    "last_good",
  ]);
  await Deno.remove(folder);
  assertEquals((await hup(passthru))["msg"], "reloaded");
  assertEquals(await answers(passthru), ["", "two"]);
});

Deno.test("refused file: with on_error fail it is an error of the config", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const how = { on_error: "fail" };
  const main = mainWith(one.address, how);
  const { file, path } = await withApp(main, app(one.address));
  await using _file = file;
  await using passthru = await startPassthru(main, { file: file.path });
  await Deno.writeTextFile(path, "{");
  const ended = await reload(passthru, file, mainWith(two.address, how));
  assertEquals(ended["level"], "error");
  assertEquals(await answers(passthru), ["one", "one"]);
  assertEquals((await runPassthru(["-c", file.path])).code, 78);
});

Deno.test("refused file: check says so, and exits with 0, or with 78 when it is to be strict", async () => {
  const { file, path } = await withApp(mainWith("127.0.0.1:1"), "{");
  await using _file = file;
  const lax = await runPassthru(["check", file.path]);
  assertEquals(lax.code, 0);
  assertMatch(lax.stdout, /: OK, .*, 1 included file refused$/m);
  assert(lax.stderr.includes(`${path}:1:2: error: Expected "}"`), lax.stderr);
  assertMatch(
    lax.stderr,
    /a\.jsonc: refused for 1 error: none of its rules is in use$/m,
  );
  const strict = await runPassthru(["check", "--strict", file.path]);
  assertEquals([strict.code, strict.stdout], [78, ""]);
  await Deno.writeTextFile(path, app("127.0.0.1:1"));
  assertEquals((await runPassthru(["check", "--strict", file.path])).code, 0);
});

Deno.test("refused file: what the process may not dial refuses the file that names it", async () => {
  await using one = namedEcho("one");
  // Deno has no permissions for blocks of IPv6 addresses.
  const main = mainWith(one.address, {
    within: { listeners: ["127.0.0.1:0"], to: ["127.0.0.0/8", "fd00::/8"] },
  });
  const { file, path } = await withApp(main, app(one.address));
  await using _file: ConfigFile = file;
  const { stdout } = await runPassthru(["scopes", "-c", file.path]);
  const flags = /--allow-net=\S+ --allow-read=\S+/.exec(stdout)![0];
  await using passthru = await startScoped(main, file, flags);
  await Deno.writeTextFile(path, app("[fd00::1]:80"));
  const ended = await hup(passthru);
  assertEquals(ended["msg"], "reloaded");
  assertEquals(await answers(passthru), ["one", "one"]);
  const [line] = refusedLines(passthru);
  assertEquals(line?.["in_use"], "last_good");
  assertEquals(
    line?.["problem"],
    "Missing permissions: '--allow-net=[fd00::1]:80'",
  );
});
