/** `passthru reload`: it waits for what becomes of a reload, and says so. */
import { assertEquals, assertMatch } from "@std/assert";
import { adminPort } from "../support/admin_client.ts";
import { runCli } from "../support/cli.ts";
import { configFile } from "../support/config_file.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { runPassthru, startPassthru } from "../support/process.ts";
import { printedScopes } from "../support/scoped.ts";
import { namedEcho } from "../support/services.ts";
import { closedPort } from "../support/tcp.ts";

/** A config of one server, with its admin server at a port. */
function configOf(to: string, port: number, more: object = {}): object {
  return {
    ...oneServer({ CATCHALL: forwardTo(to) }) as object,
    admin: { listen: `127.0.0.1:${port}` },
    ...more,
  };
}

Deno.test("reload command: prints what has changed, or that nothing has", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const [admin] = freePorts(1) as [number];
  await using file = await configFile();
  await using passthru = await startPassthru(configOf(one.address, admin), {
    file: file.path,
  });
  assertEquals(await runPassthru(["reload", "-c", file.path]), {
    code: 0,
    stdout: "nothing has changed, generation 1 stays in use\n",
    stderr: "",
  });
  await file.write(configOf(two.address, admin, { workers: 1 }));
  const { code, stdout, stderr } = await runPassthru(["reload", file.path]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(
    stdout,
    /^reloaded, generation 2:\n {2}127\.0\.0\.1:0 CATCHALL\/CATCHALL: .* -> .*\n {2}workers auto -> 1\n$/,
  );
  // It has not come back before that was so.
  assertEquals(await ask(passthru.ports[0]!, "x"), "two");
});

Deno.test("reload command: a config that is bad is told with all that is wrong, and exits with 78", async () => {
  await using one = namedEcho("one");
  const [admin] = freePorts(1) as [number];
  await using file = await configFile();
  await using passthru = await startPassthru(configOf(one.address, admin), {
    file: file.path,
  });
  await file.write(
    configOf(one.address, admin, { workers: -1, drain_timeout: "soon" }),
  );
  const bad = await runPassthru(["reload", "-c", file.path]);
  assertEquals([bad.code, bad.stdout], [78, ""]);
  const lines = bad.stderr.trimEnd().split("\n");
  assertMatch(lines[0]!, /passthru\.jsonc:\d+:\d+: error: .*"workers"/);
  assertMatch(lines[1]!, /passthru\.jsonc:\d+:\d+: error: .*"drain_timeout"/);
  assertEquals(lines.slice(2), [
    `${file.path} has errors`,
    "reload failed, the old config stays in use",
  ]);
  // Here not even the address of the admin server can be read.
  await file.write('{ "servers": ');
  const cut = await runPassthru(["reload", "-c", file.path]);
  assertEquals([cut.code, cut.stdout], [78, ""]);
  assertMatch(cut.stderr, /passthru\.jsonc:1:14: error: /);
  assertMatch(cut.stderr, /\nnot reloaded, the old config stays in use\n$/);
  assertEquals(await ask(passthru.ports[0]!, "x"), "one");
});

Deno.test("reload command: says when there is nobody to ask", async () => {
  const port = closedPort();
  const refused = await runPassthru(["reload", "--admin", `127.0.0.1:${port}`]);
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertMatch(refused.stderr, /^Cannot ask 127\.0\.0\.1:\d+: nothing listens/);
  await using file = await configFile(
    oneServer({ CATCHALL: forwardTo("127.0.0.1:9") }),
  );
  const none = await runPassthru(["reload", "-c", file.path]);
  assertEquals([none.code, none.stdout], [78, ""]);
  assertMatch(none.stderr, /no admin server to ask: .*, or SIGHUP to its/);
});

Deno.test("reload command: that of the systemd unit reloads, with no more permission than to ask", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const [admin] = freePorts(1) as [number];
  const config = configOf(one.address, admin);
  await using file = await configFile(config);
  const unit = await printedScopes(file.path, "--systemd");
  const command = /^ExecReload=(.*)$/m.exec(unit)![1]!;
  assertMatch(
    command,
    new RegExp(
      `^\\S+ run --no-prompt --cached-only --allow-net=127.0.0.1:${admin} \\S+/main.ts reload --admin 127.0.0.1:${admin}$`,
    ),
  );
  await using passthru = await startPassthru(config, { file: file.path });
  await file.write(configOf(two.address, admin));
  const run = async () => {
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", command],
      stdout: "null",
      env: { NO_COLOR: "1" },
    }).output();
    return [code, new TextDecoder().decode(stderr)];
  };
  assertEquals(await run(), [0, ""]);
  assertEquals(await ask(passthru.ports[0]!, "x"), "two");
  await file.write("{");
  assertEquals((await run())[0], 78);
  assertEquals(await adminPort(passthru), admin);
});

Deno.test("scopes --systemd: a unit reloads by a signal where nobody can be asked", async () => {
  const reloadOf = async (admin: object | undefined) => {
    await using file = await configFile({
      ...oneServer({ CATCHALL: forwardTo("127.0.0.1:9") }) as object,
      admin,
    });
    await Deno.writeTextFile(`${file.folder}/token`, "0123456789abcdef");
    const { stdout } = await runCli("scopes", file.path, "--systemd");
    return /^ExecReload=(.*)$/m.exec(stdout)![1]!
      .replace(file.folder, "FOLDER").replace(file.folder, "FOLDER");
  };
  const signal = "/bin/kill -HUP $MAINPID";
  assertEquals(await reloadOf(undefined), signal);
  assertEquals(await reloadOf({ listen: "127.0.0.1:0" }), signal);
  assertEquals(await reloadOf({ listen: "192.0.2.1:9901" }), signal);
  assertMatch(
    await reloadOf({ listen: ":9901", token: "file:token" }),
    / --allow-net=127\.0\.0\.1:9901 \S+ reload --admin 127\.0\.0\.1:9901$/,
  );
  assertMatch(
    await reloadOf({ listen: "192.0.2.1:9901", token: "file:token" }),
    / --allow-net=192\.0\.2\.1:9901 --allow-read=FOLDER\/token \S+ reload --admin 192\.0\.2\.1:9901 --token-file FOLDER\/token$/,
  );
});
