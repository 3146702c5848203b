/** `deno install -g`, as the README says it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname } from "node:path";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { ROOT, startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { connectLocal } from "../support/dialogue.ts";
import { bytesOf, readAll, textOf, writeAll } from "../support/tcp.ts";

/** Runs a line of a shell. */
async function shell(
  line: string,
  options: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", line],
    stdin: "null",
    ...options,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("deno install -g as the README has it: the command works from another folder", async () => {
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  const line = /^ *deno install -g .*$/m.exec(readme)?.[0];
  assert(line !== undefined);
  const root = await Deno.makeTempDir();
  const env = {
    DENO_INSTALL_ROOT: root,
    NO_COLOR: "1",
    PATH: `${root}/bin:${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`,
  };
  try {
    const installed = await shell(line, { cwd: ROOT, env });
    assertEquals(installed.code, 0, installed.stderr);
    const version = await shell("passthru --version", { cwd: root, env });
    assertMatch(version.stdout, /^passthru \d+\.\d+\.\d+\n/, version.stderr);
    await using echo = namedEcho("echo");
    const config = oneServer({ CATCHALL: forwardTo(echo.address) });
    await Deno.writeTextFile(`${root}/own.jsonc`, JSON.stringify(config));
    const check = await shell("passthru check own.jsonc", { cwd: root, env });
    assertEquals(check.code, 0, check.stderr);
    await using passthru = await startPassthru(config, {
      command: `${root}/bin/passthru`,
      cwd: root,
      env,
    });
    const conn = await connectLocal(passthru.ports[0]!);
    await writeAll(conn, bytesOf("hi"));
    await conn.closeWrite();
    assertEquals(textOf(await readAll(conn)), "echo:hi");
    conn.close();
    const ready = await passthru.line(({ msg }) => msg === "ready");
    assertEquals(ready["isolation"], "worker");
    passthru.kill("SIGTERM");
    assertEquals(await passthru.exit, 0);
    const removed = await shell("deno uninstall -g passthru", {
      cwd: root,
      env,
    });
    assertEquals(removed.code, 0, removed.stderr);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
