/** `deno task compile`: all that the executable must hold, and nothing else. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { configFile } from "../support/config_file.ts";
import { denoJson } from "../support/deno_json.ts";
import { ROOT } from "../support/process.ts";
import { sources } from "../support/sources.ts";

/** Nothing answers there: what needs the network fails at once. */
const NOWHERE = "http://127.0.0.1:9";

async function runDeno(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: {
      NO_COLOR: "1",
      HTTP_PROXY: NOWHERE,
      HTTPS_PROXY: NOWHERE,
      DENO_NO_UPDATE_CHECK: "1",
      ...env,
    },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(code, 0, decode(stderr));
  // The colours of the list stay, whatever the environment says.
  // deno-lint-ignore no-control-regex
  return (decode(stdout) + decode(stderr)).replace(/\x1b\[[0-9;]*m/g, "");
}

/** The arguments of the task, with another place for the executable. */
async function taskArguments(output: string): Promise<string[]> {
  const { tasks } = await denoJson();
  const [program, ...args] = tasks["compile"]!.command.split(" ");
  assertEquals(program, "deno");
  assertEquals(args[0], "compile");
  const at = args.indexOf("--output") + 1;
  assertNotEquals(at, 0, "the task says --output");
  return args.with(at, output);
}

/**
 * The paths in the tree that the compiler prints, those of whole folders with a
 * `*` at the end.
 */
function embeddedPaths(printed: string): string[] {
  const folders: string[] = [];
  const paths: string[] = [];
  for (const line of printed.split("\n")) {
    const found = /^((?:[│ ] )*)[├└]─([┬─]) (.+?)(?: \(|$)/.exec(line);
    if (found === null) continue;
    const [, indent, branch, name] = found as unknown as string[];
    folders.length = indent!.length / 2;
    if (branch === "┬") folders.push(name!);
    else paths.push([...folders, name].join("/"));
  }
  return paths;
}

/** Whether a file is in the list, by itself or in a whole folder. */
function isEmbedded(paths: readonly string[], file: string): boolean {
  return paths.some((path) =>
    path === file ||
    (path.endsWith("/*") && file.startsWith(path.slice(0, -1)))
  );
}

/** A module in the graph that `deno info --json` prints. */
interface GraphModule {
  readonly specifier: string;
  /** Those with `code` are there when the program runs; types are not. */
  readonly dependencies?: readonly { code?: { specifier?: string } }[];
}

/** Every file that a module needs when it runs, directly or not, and itself. */
async function modulesOf(entry: string): Promise<string[]> {
  const info = JSON.parse(await runDeno(["info", "--json", entry]));
  const modules = new Map<string, GraphModule>(
    info.modules.map((module: GraphModule) => [module.specifier, module]),
  );
  const folder = `file://${ROOT}`;
  const found = new Set<string>();
  const queue = [folder + entry];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next) || !next.startsWith(folder)) continue;
    found.add(next);
    for (const { code } of modules.get(next)?.dependencies ?? []) {
      if (code?.specifier !== undefined) queue.push(code.specifier);
    }
  }
  return [...found].map((specifier) => specifier.slice(folder.length));
}

Deno.test("compile: deno.json names every module that is loaded by its URL", async () => {
  const { compile } = await denoJson();
  const found = new Set<string>();
  for (const name of await sources(new URL("../../src/", import.meta.url))) {
    const text = await Deno.readTextFile(`${ROOT}src/${name}`);
    for (const [, path] of text.matchAll(/new URL\(\s*"([^"]+\.ts)"/g)) {
      found.add(new URL(path!, `file:///src/${name}`).pathname.slice(1));
    }
  }
  // What the process itself begins with is named by the task.
  found.delete("main.ts");
  assertEquals([...found].sort(), compile.include.toSorted());
});

Deno.test("compile: they and all their modules are embedded, without the network (the executable itself is not run: it needs a runtime that is downloaded)", async () => {
  await using file = await configFile();
  const output = `${file.folder}/passthru`;
  // The runtime that the modules are put behind: not a real one, so that
  // nothing has to be downloaded.
  const env = { DENORT_BIN: await Deno.realPath(Deno.execPath()) };
  const printed = await runDeno(await taskArguments(output), env);
  assert((await Deno.stat(output)).isFile);
  const paths = embeddedPaths(printed);
  const { compile } = await denoJson();
  const entries = [...compile.include, "main.ts"];
  const wanted = new Set((await Promise.all(entries.map(modulesOf))).flat());
  assert(wanted.has("src/worker.ts") && wanted.has("main.ts"));
  assert(wanted.has("src/control/worker_side.ts"), "what it imports");
  for (const text of ["page.html", "base.css", "main.js"]) {
    assert(wanted.has(`src/admin/page/${text}`), "the page's texts");
  }
  const missing = [...wanted].filter((path) => !isEmbedded(paths, path));
  assertEquals(missing, [], printed);
  assert(printed.includes("valibot/") && printed.includes("jsonc-parser/"));
  assert(!printed.includes("fast-check"), printed);
  assert(!printed.includes("to-json-schema"), printed);
  const others = paths.filter((path) =>
    !path.startsWith("src/") && path !== "main.ts" && path !== "deno.json" &&
    !path.startsWith(".deno_compile_node_modules/")
  );
  assertEquals(
    others.sort(),
    ["configs/passthru.included.schema.json", "configs/passthru.schema.json"],
    "no tests, no other configs, no demo",
  );
});
