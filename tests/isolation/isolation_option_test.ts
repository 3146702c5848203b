/** `--isolation`, with and without what it needs of the runtime. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ConfigFile, configFile, reload } from "../support/config_file.ts";
import { denoJson } from "../support/deno_json.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { PASSTHRU, ROOT, startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { untilPlanes, workerThreads } from "../support/threads.ts";

/** The part of passthru's deno.json that it cannot be loaded without. */
async function importsAlone(): Promise<object> {
  const { imports } = await denoJson();
  const packages = Object.entries(imports)
    .filter(([, to]) => to.startsWith("npm:"));
  return { imports: Object.fromEntries(packages) };
}

/** A command line that runs main.ts under another deno.json. */
async function withDenoJson(
  { folder }: ConfigFile,
  content: object,
): Promise<string[]> {
  const path = `${folder}/deno.json`;
  // Without a lock Deno asks the registry, and says so.
  await Deno.copyFile(`${ROOT}deno.lock`, `${folder}/deno.lock`);
  await Deno.writeTextFile(path, JSON.stringify(content));
  return ["run", "--config", path, ...PASSTHRU.slice(1)];
}

/** Serves one config, then another, and counts the workers of both. */
async function serveAndReload(
  program: readonly string[],
  isolation: "worker" | "none",
): Promise<number[]> {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const config = (to: string) => oneServer({ CATCHALL: forwardTo(to) });
  await using file = await configFile();
  await using passthru = await startPassthru(config(one.address), {
    file: file.path,
    program,
    args: ["--isolation", isolation, "-w", "2"],
  });
  const { lines, ports, pid } = passthru;
  assertEquals(
    lines.find(({ msg }) => msg === "ready")!["isolation"],
    isolation,
  );
  assertEquals(await ask(ports[0]!, "x"), "one");
  if (isolation === "worker") await untilPlanes(pid, 2);
  const workers = [await workerThreads(pid)];
  const line = await reload(passthru, file, config(two.address));
  assertEquals(line["msg"], "reloaded");
  assertEquals(await ask(ports[0]!, "x"), "two");
  workers.push(await workerThreads(pid));
  passthru.kill("SIGTERM");
  assertEquals(await passthru.exit, 0);
  return workers;
}

Deno.test("--isolation none: serves and reloads in one thread", async () => {
  assertEquals(await serveAndReload(PASSTHRU, "none"), [0, 0]);
});

Deno.test("--isolation: without worker-options the start ends with 1 and says why", async () => {
  await using file = await configFile(
    oneServer({ CATCHALL: forwardTo("127.0.0.1:1") }),
  );
  const program = await withDenoJson(file, await importsAlone());
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...program, "-c", file.path],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stderr);
  assertEquals(code, 1, text);
  assertMatch(text, /^Cannot restrict the permissions of workers: .*\n$/);
  for (
    const remedy of [
      "without --no-config and --config",
      '"unstable": ["worker-options"]',
      "--isolation worker",
      "--isolation none",
    ]
  ) assert(text.includes(remedy), `${remedy} in ${text}`);
});

Deno.test("--isolation none: serves and reloads without worker-options", async () => {
  await using file = await configFile();
  const program = await withDenoJson(file, await importsAlone());
  assertEquals(await serveAndReload(program, "none"), [0, 0]);
});

Deno.test("--isolation worker: serves and reloads under another deno.json with worker-options", async () => {
  await using file = await configFile();
  const program = await withDenoJson(file, {
    ...await importsAlone(),
    unstable: ["worker-options"],
  });
  const [before, after] = await serveAndReload(program, "worker");
  assertEquals(before, 2);
  // Those of the old generation may not have ended yet.
  assert(after! >= 2, `${after} workers`);
});

Deno.test("--isolation none: a detector that the config declares is served, and reloaded", async () => {
  await using target = namedEcho("target");
  const config = (prefix: string) => ({
    ...oneServer({ OWN: forwardTo(target.address) }) as object,
    detectors: { OWN: { prefix } },
  });
  await using file = await configFile();
  await using passthru = await startPassthru(config("one"), {
    file: file.path,
    args: ["--isolation", "none"],
  });
  assertEquals(await ask(passthru.ports[0]!, "one"), "target");
  const line = await reload(passthru, file, config("two"));
  assertEquals(line["msg"], "reloaded");
  assertEquals(await ask(passthru.ports[0]!, "two"), "target");
});
