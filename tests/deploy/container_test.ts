/** The container file, laid out and run as it says, and the config it gets. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { AdminClient } from "../support/admin_client.ts";
import { endsReload, nextLine } from "../support/config_file.ts";
import { connectLocal, expectText, promptEcho } from "../support/dialogue.ts";
import { freePorts } from "../support/free_ports.ts";
import { buildImage, CONTAINERFILE, NEEDED } from "../support/image.ts";
import { ask } from "../support/load.ts";
import { forwardTo } from "../support/passthru.ts";
import { ROOT, startPassthru } from "../support/process.ts";
import { programTest, run } from "../support/programs.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, writeAll } from "../support/tcp.ts";
import { within } from "../support/wait.ts";
import { stagesOf } from "../support/containerfile.ts";

/** Where the config is in a container. */
const MOUNT = "/etc/passthru";
const TOKEN = "a-token-of-some-length";

function config(address: string): unknown {
  return {
    version: "v1.0.0",
    servers: { "127.0.0.1:0": { CATCHALL: forwardTo(address) } },
    log: { format: "json" },
  };
}

/**
 * Puts a config into a mounted ConfigMap as the kubelet does: in a new folder,
 * to which the link `..data` is then moved.
 */
async function mount(folder: string, version: string, content: unknown) {
  await Deno.mkdir(`${folder}/..${version}`);
  await Deno.writeTextFile(
    `${folder}/..${version}/passthru.jsonc`,
    JSON.stringify(content),
  );
  await Deno.symlink(`..${version}`, `${folder}/..data_tmp`);
  await Deno.rename(`${folder}/..data_tmp`, `${folder}/..data`);
}

programTest(
  NEEDED,
  "container: the command serves as another user without a writable file, and reloads",
  async () => {
    await using one = namedEcho("one");
    await using two = namedEcho("two");
    await using image = await buildImage();
    const { stage, root } = image;
    const folder = root + MOUNT;
    await Deno.chmod(root, 0o755);
    await Deno.mkdir(folder, { recursive: true });
    await mount(folder, "first", config(one.address));
    await Deno.symlink("..data/passthru.jsonc", `${folder}/passthru.jsonc`);
    const command = image.command([...stage.entrypoint, ...stage.cmd]);
    await using passthru = await startPassthru(config(one.address), {
      file: `${folder}/passthru.jsonc`,
      under: ["sh", "-c", `cd '${root}${stage.workdir}' && exec ${command}`],
    });
    const port = passthru.ports[0]!;
    assertEquals(await ask(port, "a"), "one");
    await mount(folder, "second", config(two.address));
    const reloaded = nextLine(passthru, endsReload);
    passthru.kill("SIGHUP");
    const line = await within("the reload", reloaded);
    assertEquals(line["msg"], "reloaded", JSON.stringify(line));
    assertEquals(await ask(port, "b"), "two");
    passthru.kill("SIGTERM");
    assertEquals(await passthru.exit, 0);
    assert(passthru.lines.some(({ msg }) => msg === "stopped"));
  },
);

/** The config for Kubernetes, on ports of loopback. */
async function shippedConfig(
  { port, admin, target }: { port: number; admin: number; target: string },
): Promise<string> {
  const text = await Deno.readTextFile(
    `${ROOT}configs/deploy/kubernetes/passthru.jsonc`,
  );
  return text.replace('":8443"', `"127.0.0.1:${port}"`)
    .replace('":9901"', `"127.0.0.1:${admin}"`)
    .replace("ssh.default.svc.cluster.local:22", target);
}

programTest(
  NEEDED,
  "container: with the config for Kubernetes it answers probes and its own health check, over a drain too",
  async () => {
    const [port, adminPort] = freePorts(2) as [number, number];
    await using echo = promptEcho("ssh");
    await using image = await buildImage();
    const { stage, root } = image;
    const folder = root + MOUNT;
    await Deno.chmod(root, 0o755);
    await Deno.mkdir(folder, { recursive: true });
    const text = await shippedConfig({
      port,
      admin: adminPort,
      target: echo.address,
    });
    await Deno.writeTextFile(`${folder}/passthru.jsonc`, text);
    await Deno.writeTextFile(`${folder}/token`, `${TOKEN}\n`);
    const inImage = (words: readonly string[]) =>
      `cd '${root}${stage.workdir}' && exec ${image.command(words)}`;
    const healthcheck = async () => {
      const all = inImage(stage.healthcheck);
      const { code, text, stderr } = await run("sh", ["-c", all]);
      return [code, text + stderr];
    };
    const refused = await healthcheck();
    assertEquals(refused[0], 1, `${refused}`);
    await using passthru = await startPassthru(text, {
      file: `${folder}/passthru.jsonc`,
      under: ["sh", "-c", inImage([...stage.entrypoint, ...stage.cmd])],
    });
    assertEquals(await healthcheck(), [0, "ready\n"]);
    const admin = new AdminClient(adminPort, TOKEN);
    assertEquals((await admin.get("/metrics")).status, 200);
    const other = new AdminClient(adminPort, "another-token-of-16");
    assertEquals((await other.get("/metrics")).status, 401);

    using conn = await connectLocal(port);
    await writeAll(conn, bytesOf("SSH-2.0-x\r\n"));
    await expectText(conn, "ssh:SSH-2.0-x\r\n");
    passthru.kill("SIGTERM");
    await passthru.line(({ msg }) => msg === "stopping");
    assertEquals(await admin.ready(), [503, "draining"]);
    assertEquals((await admin.get("/healthz")).status, 200);
    assertEquals(await healthcheck(), [
      1,
      `127.0.0.1:${adminPort} is not ready: draining\n`,
    ]);
    await writeAll(conn, bytesOf("y"));
    await expectText(conn, "y");
    conn.closeWrite();
    assertEquals(await within("its end", passthru.exit), 0);
  },
);

Deno.test("container: the base is the Deno that CI tests with, and the user has a number", async () => {
  const stages = stagesOf(await Deno.readTextFile(CONTAINERFILE));
  const ci = await Deno.readTextFile(`${ROOT}.ci/run`);
  const version = /^DENO_VERSION=(\S+)$/m.exec(ci)![1];
  for (const { from } of stages) {
    assertEquals(from, `docker.io/denoland/deno:${version}`);
  }
  assertMatch(stages.at(-1)!.user!, /^[1-9]\d*:[1-9]\d*$/);
});

Deno.test("container: the ports above 1023 that it names are ports of the config", async () => {
  const { exposed } = stagesOf(await Deno.readTextFile(CONTAINERFILE)).at(-1)!;
  const kubernetes = `${ROOT}configs/deploy/kubernetes/passthru.jsonc`;
  const text = await Deno.readTextFile(kubernetes);
  assert(exposed.length > 0);
  for (const port of exposed) {
    assert(Number(port) > 1023);
    assert(text.includes(`":${port}": {`), port);
  }
});
