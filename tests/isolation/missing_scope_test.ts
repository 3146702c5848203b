/** A permission that is missing is named, and nothing is bound. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { configFile, reload } from "../support/config_file.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo } from "../support/passthru.ts";
import { ROOT } from "../support/process.ts";
import {
  missing,
  printedScopes,
  scopesOf,
  startScoped,
  startWithout,
  withoutSources,
} from "../support/scoped.ts";
import { namedEcho } from "../support/services.ts";

/** As `shellQuote` has it: only brackets need quotes in an address. */
function netFlag(scope: string): string {
  const flag = `--allow-net=${scope}`;
  return scope.includes("[") ? `'${flag}'` : flag;
}

Deno.test("scopes: a start without one of them ends with 1 and names it, and binds nothing", async () => {
  // To bind any of these would fail, and would be what the start complains of.
  using four = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using six = Deno.listen({ hostname: "::1", port: 0 });
  using all = Deno.listen({ hostname: "::", port: 0 });
  using name = Deno.listen({ hostname: "localhost", port: 0 });
  const keys = [
    `127.0.0.1:${four.addr.port}`,
    `[::1]:${six.addr.port}`,
    `:${all.addr.port}`,
    `localhost:${name.addr.port}`,
  ];
  const server = {
    TLS: forwardTo("192.0.2.1:443"),
    HTTP: forwardTo("[2001:db8::1]:80"),
    SSH: forwardTo("Ssh.Example:22"),
    CATCHALL: forwardTo("dot.example.:1"),
  };
  await using file = await configFile({
    version: "v1.0.0",
    servers: Object.fromEntries(keys.map((key) => [key, server])),
  });
  const { net, read } = await scopesOf(file.path);
  assertEquals(net.length, 9);
  const starts = await Promise.all(net.map(async (scope) => {
    const others = net.filter((other) => other !== scope);
    return [scope, await startWithout(file, { net: others, read })];
  }));
  assertEquals(
    starts,
    net.map((scope) => [scope, missing(netFlag(scope))]),
  );
  const source = await startWithout(file, { net, read: [file.path] });
  assertEquals(source, withoutSources());
});

Deno.test("scopes: a start that may not read its config names the flag", async () => {
  await using file = await configFile({
    version: "v1.0.0",
    servers: { "127.0.0.1:0": { CATCHALL: forwardTo("127.0.0.1:1") } },
  });
  const { net, read } = await scopesOf(file.path);
  const others = read.filter((path) => path !== file.path);
  const { code, stderr } = await startWithout(file, { net, read: others });
  assert(stderr.includes(`--allow-read=${file.path}`), stderr);
  assertEquals(code, 1);
});

Deno.test("scopes: commands that ask a running passthru need not read the modules", async () => {
  const [port] = freePorts(1) as [number];
  const run = async (...args: string[]) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", `--allow-net=127.0.0.1:${port}`],
        ...[`${ROOT}main.ts`, ...args],
      ],
      env: { NO_COLOR: "1" },
    }).output();
    return { code, stderr: new TextDecoder().decode(stderr) };
  };
  for (const command of ["check", "explain", "help", "nonsense"]) {
    assertEquals(await run(command), withoutSources(), command);
  }
  for (const command of ["reload", "healthcheck", "status", "top"]) {
    const { code, stderr } = await run(command, "--admin", `127.0.0.1:${port}`);
    assertEquals(code, 1);
    assertMatch(stderr, /nothing listens there/);
  }
  assertEquals(await run("--version"), { code: 0, stderr: "" });
});

Deno.test("scopes: a reload that needs more names it and says what to change, and the old config stays in use", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const [port, other] = freePorts(2) as [number, number];
  const configOf = (to: string, ...ports: number[]) => ({
    version: "v1.0.0",
    servers: Object.fromEntries(
      ports.map((p) => [`127.0.0.1:${p}`, { CATCHALL: forwardTo(to) }]),
    ),
  });
  const config = configOf(one.address, port);
  await using file = await configFile(config);
  const flags = (await printedScopes(file.path)).trimEnd();
  await using passthru = await startScoped(config, file, flags);
  const line = await reload(passthru, file, configOf(two.address, port, other));
  assertEquals([line["level"], line["msg"], line["error"]], [
    "error",
    "reload failed, the old config stays in use",
    `Missing permissions: --allow-net=127.0.0.1:${other},${two.address}. A process cannot be given more while it runs: start it again with the flags that "passthru scopes -c ${file.path}" prints. Under systemd write its unit ("systemctl status ${passthru.pid}" names it) again with "passthru scopes -c ${file.path} --systemd", then "systemctl daemon-reload" and "systemctl restart"`,
  ]);
  assertEquals(await ask(port, "x"), "one");
  await assertRejects(() => ask(other, "x"), Deno.errors.ConnectionRefused);
});
