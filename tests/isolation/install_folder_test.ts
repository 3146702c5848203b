/** passthru in a folder whose path is not plain letters. */
import { assert, assertEquals } from "@std/assert";
import { configFile } from "../support/config_file.ts";
import { ask } from "../support/load.ts";
import { forwardTo } from "../support/passthru.ts";
import { ROOT, startPassthru } from "../support/process.ts";
import { runWell } from "../support/programs.ts";
import { startScoped } from "../support/scoped.ts";
import { namedEcho } from "../support/services.ts";

/** All that the program is made of. */
const PARTS = ["main.ts", "src", "configs", "deno.json", "deno.lock"];

/** Runs `passthru scopes` of the copy in a folder. */
async function scopesFrom(root: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-net", "--allow-read"],
      ...[`${root}main.ts`, "scopes", ...args],
    ],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** A copy of passthru in a folder with a space, and a config that forwards. */
async function installed(to: string) {
  const config = {
    version: "v1.0.0",
    servers: { "127.0.0.1:0": { CATCHALL: forwardTo(to) } },
    log: { format: "json" },
  };
  const file = await configFile(config);
  const root = `${file.folder}/my programs/`;
  await Deno.mkdir(root);
  await runWell("cp", ["-r", ...PARTS.map((part) => ROOT + part), root]);
  return {
    config,
    file,
    root,
    [Symbol.asyncDispose]: file[Symbol.asyncDispose],
  };
}

Deno.test("scopes: the printed flags are right for a program in a folder with a space", async () => {
  await using echo = namedEcho("echo");
  await using copy = await installed(echo.address);
  const { config, file, root } = copy;
  const flags = (await scopesFrom(root, ["-c", file.path])).trimEnd();
  assert(flags.endsWith(`'--allow-read=${file.path},${root}src'`), flags);
  await using passthru = await startScoped(config, file, flags, { root });
  assertEquals(await ask(passthru.ports[0]!, "x"), "echo");
});

Deno.test("scopes --systemd: the command is right for a program in a folder with a space", async () => {
  await using echo = namedEcho("echo");
  await using copy = await installed(echo.address);
  const { config, file, root } = copy;
  const unit = await scopesFrom(root, ["--systemd", "-c", file.path]);
  const command = /^ExecStart=(.*)$/m.exec(unit)![1]!;
  await using passthru = await startPassthru(config, {
    file: file.path,
    under: ["sh", "-c", `exec ${command}`],
  });
  assertEquals(await ask(passthru.ports[0]!, "x"), "echo");
});
