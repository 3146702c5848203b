/** `passthru docker` beside a passthru that serves, with an engine of its own. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { runCli } from "../../support/cli.ts";
import { answers, ContainerSetup } from "../../support/container_setup.ts";
import {
  askFor,
  containerConfig,
  dockerArgs,
  LISTENER,
} from "../../support/docker_command.ts";
import type { LogLine } from "../../support/process.ts";
import { programs, runWell } from "../../support/programs.ts";
import type { Service } from "../../support/services.ts";

/** A container that is a service of the test. */
function containerOf(
  { port }: Service,
  rule: string,
  more: Readonly<Record<string, string>> = {},
) {
  return {
    labels: { "passthru.rule": rule, ...more },
    networks: { bridge: "127.0.0.1" },
    ports: [`${port}/tcp`],
  };
}

/** Whether the passthru that serves has taken the routes. */
function isReloaded({ msg }: LogLine): boolean {
  return msg === "reloaded";
}

Deno.test("docker: containers get their routes and lose them, with its own permissions", async () => {
  await using setup = await ContainerSetup.make();
  const { engine } = setup;
  const one = setup.service("one");
  const two = setup.service("two");
  const { port } = await setup.serve();
  const docker = await setup.watch();
  await docker.line(({ msg }) => msg === "watching containers");
  engine.start(1, containerOf(one, "TLS SNI one.example"));
  await answers(port, "one.example", "one");
  engine.start(2, containerOf(two, "TLS SNI two.example"));
  await answers(port, "two.example", "two");
  assertEquals(await askFor(port, "one.example"), "one");
  // Another container's name, and a target that is not allowed.
  engine.start(3, containerOf(two, "TLS SNI one.example ALPN h2"));
  engine.start(4, {
    ...containerOf(two, "TLS SNI four.example"),
    networks: { x: "192.0.2.1" },
  });
  const refusal = (name: string) =>
    docker.line(({ msg, container }) =>
      msg === "route left out" && container === name
    );
  assertMatch(
    String((await refusal("c3"))["reason"]),
    /belong to the older container "c1"/,
  );
  assertMatch(String((await refusal("c4"))["reason"]), /"192\.0\.2\.1:/);
  engine.put(2, {
    ...containerOf(two, "TLS SNI two.example"),
    health: "unhealthy",
  });
  engine.tell("health_status: unhealthy", 2);
  await answers(port, "two.example", "");
  engine.stop(1);
  await answers(port, "one.example", "");
  docker.kill("SIGTERM");
  assertEquals(await docker.exit, 0);
});

Deno.test("docker: an engine that goes away takes no route with it", async () => {
  await using setup = await ContainerSetup.make();
  const { engine } = setup;
  const one = setup.service("one");
  const { port } = await setup.serve();
  engine.put(1, containerOf(one, "TLS SNI one.example"));
  const docker = await setup.watch();
  // Until then, workers without the route accept connections, too.
  await docker.line(isReloaded);
  await engine.leave();
  await docker.line(({ msg }) => msg === "no answer from the container engine");
  assertEquals(await askFor(port, "one.example"), "one");
  engine.listen();
  engine.put(2, containerOf(one, "TLS SNI two.example"));
  await answers(port, "two.example", "one");
  assertEquals(await askFor(port, "one.example"), "one");
});

Deno.test("docker: a config that allows less loses routes before it is reloaded", async () => {
  await using setup = await ContainerSetup.make();
  const { files, engine } = setup;
  const one = setup.service("one");
  const { passthru, port } = await setup.serve();
  engine.put(1, containerOf(one, "TLS SNI a.one.example"));
  engine.put(2, containerOf(one, "TLS SNI two.example"));
  const docker = await setup.watch();
  const { generation } = await docker.line(isReloaded);
  assertEquals(await askFor(port, "two.example"), "one");
  const { include: [entry], ...rest } = files.content as {
    include: [{ files: string; within: object }];
  };
  const names = ["*.one.example"];
  const bounded = { ...entry, within: { ...entry.within, names } };
  await files.config.write({ ...rest, include: [bounded] });
  await docker.line((line) =>
    isReloaded(line) && line["generation"] !== generation
  );
  assertEquals(await askFor(port, "two.example"), "");
  const failed = passthru.lines.filter(({ msg }) =>
    msg === "reload failed, the old config stays in use"
  );
  assertEquals(failed, []);
  assertEquals(await askFor(port, "a.one.example"), "one");
});

Deno.test("docker: a passthru that does not answer is asked until it does", async () => {
  await using setup = await ContainerSetup.make();
  const { engine } = setup;
  const one = setup.service("one");
  engine.put(1, containerOf(one, "TLS SNI one.example"));
  const docker = await setup.watch();
  await docker.line(({ msg }) => msg === "cannot ask for a reload");
  // It has read the file when it started.
  const { port } = await setup.serve();
  assertEquals(await askFor(port, "one.example"), "one");
  await docker.line(isReloaded);
  engine.start(2, containerOf(one, "TLS SNI two.example"));
  await answers(port, "two.example", "one");
});

Deno.test("docker: a file that somebody has removed or changed is written again", async () => {
  await using setup = await ContainerSetup.make({ admin: false });
  const { files, engine } = setup;
  const one = setup.service("one");
  engine.put(1, containerOf(one, "TLS SNI one.example"));
  await setup.watch();
  await setup.written("one.example");
  await Deno.writeTextFile(files.out, "{");
  engine.start(2, containerOf(one, "TLS SNI two.example"));
  await setup.written("two.example");
  await Deno.remove(files.out);
  engine.tell("update", 1);
  await setup.written("one.example");
});

Deno.test("docker: one that ended between the file and the reload has a successor that asks for it", async () => {
  await using setup = await ContainerSetup.make();
  const { files, engine } = setup;
  const one = setup.service("one");
  const { port } = await setup.serve();
  engine.put(1, containerOf(one, "TLS SNI one.example"));
  // It reaches no admin server.
  const first = await setup.once("--admin", "127.0.0.1:1");
  assertEquals(first.code, 1);
  assert((await Deno.readTextFile(files.out)).includes("one.example"));
  assertEquals(await askFor(port, "one.example"), "");
  await setup.watch();
  await answers(port, "one.example", "one");
});

Deno.test("docker: two do not write one file", async () => {
  await using setup = await ContainerSetup.make({ admin: false });
  {
    const docker = await setup.watch();
    await docker.line(({ msg }) => msg === "watching containers");
    const { code, stderr } = await setup.once();
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^Cannot write ".*routes\.jsonc": another passthru docker does/,
    );
    // A crash leaves no lock.
    docker.kill("SIGKILL");
    await docker.exit;
  }
  assertEquals((await setup.once()).code, 0);
});

Deno.test("docker: --once writes the file and nothing when nothing changed", async () => {
  await using setup = await ContainerSetup.make({ admin: false });
  const { files, engine } = setup;
  engine.put(1, {
    labels: { "passthru.rule": "TLS SNI a.example" },
    networks: {
      bridge: "127.0.0.9",
    },
  });
  const first = await setup.once();
  assertEquals(first.code, 0, first.stderr);
  assertMatch(first.stderr, /no admin address: passthru must run with --watch/);
  const text = await Deno.readTextFile(files.out);
  assert(
    text.includes(
      '"SNI a.example": { "action": "FORWARD", "to_addr": "127.0.0.9:8443" }',
    ),
  );
  const { ino, mode } = await Deno.stat(files.out);
  assertEquals(mode! & 0o777, 0o644);
  const second = await setup.once();
  assertEquals(second.code, 0, second.stderr);
  assertEquals((await Deno.stat(files.out)).ino, ino);
  const names = await Array.fromAsync(
    Deno.readDir(`${files.config.folder}/docker.d`),
    ({ name }) => name,
  );
  assertEquals(names.sort(), [".routes.jsonc.lock", "routes.jsonc"]);
  assertEquals((await runCli("check", files.config.path)).code, 0);
  await engine.leave();
  const third = await setup.once();
  assertEquals(third.code, 1);
  assertMatch(third.stderr, /Cannot ask the engine at/);
  assertEquals(await Deno.readTextFile(files.out), text);
});

Deno.test("docker: another file with bounds that is broken stops nobody", async () => {
  await using setup = await ContainerSetup.make();
  const { engine, files } = setup;
  const one = setup.service("one");
  const other = `${files.config.folder}/docker.d/other.jsonc`;
  await Deno.writeTextFile(other, "{ nonsense");
  const { port } = await setup.serve();
  const docker = await setup.watch();
  await docker.line(({ msg }) => msg === "watching containers");
  engine.start(1, containerOf(one, "TLS SNI one.example"));
  await answers(port, "one.example", "one");
  const refused = await docker.line(({ msg }) => msg === "file refused");
  assertEquals(refused["file"], other);
  engine.start(2, containerOf(one, "TLS SNI two.example"));
  await answers(port, "two.example", "one");
});

Deno.test("docker: routes that the config as a whole refuses leave the last file", async () => {
  await using setup = await ContainerSetup.make({
    admin: false,
    servers: { [LISTENER]: { HTTP: "127.0.0.1:1" } },
  });
  const { files, engine } = setup;
  const { content, config } = files;
  const expectation = {
    text: "SSH-2.0-x\r\n",
    reject: true,
  };
  await config.write({ ...content as object, expect: [expectation] });
  engine.put(1, {
    labels: { "passthru.rule": "SSH" },
    networks: { b: "127.0.0.9" },
  });
  const { code, stderr } = await setup.once();
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /routes not written, the last ones stay.*Expectation failed/,
  );
  const text = await Deno.readTextFile(files.out);
  assert(!text.includes("SSH"), text);
});

Deno.test("docker: what makes it refuse to start", async () => {
  await using files = await containerConfig();
  const { config, content, out } = files;
  const run = (...args: string[]) =>
    runCli("docker", "--socket", "/nonexistent.sock", ...args);
  const usage = await run();
  assertEquals(usage.code, 2);
  assertMatch(usage.stderr, /No config.*\n.*No file to write/);
  const socket = await runCli(
    ...["docker", "-c", config.path, "--out", out, "--socket", "tcp://x"],
  );
  assertEquals(socket.code, 2);
  assertMatch(socket.stderr, /"--socket": found "tcp:\/\/x"/);
  const other = `${config.folder}/other.jsonc`;
  const outside = await run("-c", config.path, "--out", other);
  assertEquals(outside.code, 78);
  assertMatch(outside.stderr, /does not include.*other\.jsonc.*"within"/);
  const { include: [entry] } = content as { include: [{ files: string }] };
  await config.write({ ...content as object, include: [entry.files] });
  const unbounded = await run("-c", config.path, "--out", out);
  assertEquals(unbounded.code, 78);
  assertMatch(unbounded.stderr, /without "within"/);
  await config.write("{");
  const broken = await run("-c", config.path, "--out", out);
  assertEquals(broken.code, 78);
});

Deno.test("docker --systemd: the unit is well formed and has its permissions", async () => {
  await using files = await containerConfig();
  const { folder, path } = files.config;
  const args = ["docker", "-c", path, ...dockerArgs(files, "/run/docker.sock")];
  const { stdout: flags } = await runCli(...args, "--scopes");
  const { code, stdout: unit, stderr } = await runCli(...args, "--systemd");
  assertEquals(code, 0, stderr);
  assertMatch(
    stderr,
    /may not be allowed to write to.*"\/run\/passthru-docker"/,
  );
  const start = /^ExecStart=(.*)$/m.exec(unit)![1]!;
  for (const path of flags.trim().split(/[ =,]/)) {
    assert(start.includes(path), `${path} in ${start}`);
  }
  assert(start.includes(`docker -c ${path} --out ${files.out}`), start);
  assert(unit.includes(`ReadWritePaths="${folder}/docker.d"\n`), unit);
  if (programs(["systemd-analyze"]).missing.length > 0) return;
  await Deno.writeTextFile(`${folder}/passthru-docker.service`, unit);
  const verified = await runWell("systemd-analyze", [
    ...["verify", "--man=no", `${folder}/passthru-docker.service`],
  ]);
  assertEquals([verified.text, verified.stderr], ["", ""]);
});
