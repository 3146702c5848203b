/** The packages: which ones there are, who uses them, and what they weigh. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parse } from "@std/jsonc";
import { denoJson } from "./support/deno_json.ts";
import { npmCache } from "./support/npm_cache.ts";
import { ROOT } from "./support/process.ts";
import { runWell } from "./support/programs.ts";
import { importsOf, sources } from "./support/sources.ts";

/** What the packages of the program may take in a cache, unpacked, in bytes. */
const MAX_BYTES = 5_000_000;

/** The part of a lock file that says which packages there are. */
interface Lock {
  readonly npm: Readonly<
    Record<
      string,
      { readonly integrity: string; readonly dependencies?: readonly string[] }
    >
  >;
}

async function readLock(path: string): Promise<Lock> {
  return parse(await Deno.readTextFile(ROOT + path)) as unknown as Lock;
}

/** What the modules below a folder import, by their names. */
async function importsIn(folder: string): Promise<Map<string, string[]>> {
  const root = new URL(`file://${ROOT}`);
  const found = new Map<string, string[]>();
  for (const file of await sources(new URL(folder, root), folder)) {
    found.set(file, importsOf(await Deno.readTextFile(new URL(file, root))));
  }
  return found;
}

const IMPORTS = new Map([
  ...await importsIn("src/"),
  ...await importsIn("tests/"),
  ...await importsIn("configs/"),
]);

Deno.test("nothing asserts with node:assert", () => {
  const found = [...IMPORTS].filter(([, imports]) =>
    imports.some((name) => /^(?:node:)?assert(?:$|\/)/.test(name))
  );
  assertEquals(found.map(([file]) => file), []);
});

Deno.test("@std: with JSR at hand nothing but the lines of deno.json would change", async () => {
  const { imports } = await denoJson();
  const lines = Object.entries(imports).filter(([, to]) =>
    to.includes("deno-std") || to.startsWith("jsr:")
  );
  const versions = new Set<string>();
  for (const [name, to] of lines) {
    const [, jsrPackage, entry = "mod"] =
      /^@std\/(assert|async|cli|jsonc)(?:\/([a-z-]+))?$/.exec(name) ?? [];
    assert(jsrPackage, `${name} is no name on JSR`);
    const file = `${jsrPackage}/${entry.replaceAll("-", "_")}.js`;
    const [, version, path] = /^npm:deno-std@([\d.]+)\/(.*)$/.exec(to) ?? [];
    assertEquals(path, file, `${name}: JSR names the entry by its file`);
    versions.add(version!);
  }
  assertEquals(versions.size, 1);
  const names = lines.map(([name]) => name);
  const used = new Set<string>();
  for (const [file, specifiers] of IMPORTS) {
    for (const specifier of specifiers) {
      assert(!/deno-std|^jsr:/.test(specifier), `${file}: ${specifier}`);
      if (!specifier.startsWith("@std/")) continue;
      assert(names.includes(specifier), `${file}: ${specifier}`);
      used.add(specifier);
    }
  }
  assertEquals([...used].sort(), names.sort(), "each line is needed");
});

Deno.test("@std: every name of a package that is used has a type", async () => {
  const { imports } = await denoJson();
  const types = await Deno.readTextFile(`${ROOT}src/std.d.ts`);
  const declared = [...types.matchAll(/^declare module "([^"]+)"/gm)]
    .map(([, name]) => name!);
  const mapped = Object.keys(imports).filter((name) =>
    name.startsWith("@std/")
  );
  assertEquals(declared.sort(), mapped.sort());
});

/** The packages that a part of the program imports, and those that they need. */
async function packagesOf(files: Map<string, string[]>): Promise<string[]> {
  const { imports } = await denoJson();
  const { npm } = await readLock("deno.lock");
  const keyOf = (name: string) =>
    Object.keys(npm).find((key) => key === name || key.startsWith(`${name}@`));
  const found = new Set<string>();
  const add = (name: string) => {
    const key = keyOf(name);
    assert(key !== undefined, `${name} is not in deno.lock`);
    if (found.has(key)) return;
    found.add(key);
    npm[key]!.dependencies?.forEach(add);
  };
  for (const specifier of [...files.values()].flat()) {
    const [, name] = /^npm:((?:@[^/]+\/)?[^/@]+@[^/]+)/.exec(
      imports[specifier] ?? "",
    ) ?? [];
    if (name !== undefined) add(name);
  }
  return [...found].sort();
}

Deno.test("deno.lock has the packages of the program, which the first start downloads, and no others (deno task lock)", async () => {
  const program = new Map(
    [...IMPORTS].filter(([file]) => file.startsWith("src/")),
  );
  const { npm } = await readLock("deno.lock");
  assertEquals(await packagesOf(program), Object.keys(npm).sort());
  const all = await readLock("tests/deno.lock");
  for (const [name, { integrity }] of Object.entries(npm)) {
    assertEquals(all.npm[name]?.integrity, integrity, name);
  }
});

Deno.test("the packages of the program take less than 5 MB", async () => {
  const { npm } = await readLock("deno.lock");
  const cache = await npmCache();
  const folders = Object.keys(npm).map((key) =>
    `${cache}/registry.npmjs.org/${key.replace(/(?<=.)@/, "/")}`
  );
  const { text } = await runWell("du", ["-bcs", ...folders]);
  const bytes = Number(/^(\d+)\s+total$/m.exec(text)![1]);
  assert(bytes > 100_000 && bytes < MAX_BYTES, `${bytes} bytes`);
});

Deno.test("the clients of tests/clients are pinned, and no lock file of Deno has them", async () => {
  const folder = `${ROOT}tests/clients/npm`;
  const [manifest, lock] = await Promise.all(
    ["package.json", "package-lock.json"].map(async (name) =>
      JSON.parse(await Deno.readTextFile(`${folder}/${name}`))
    ),
  );
  const { dependencies } = manifest;
  assertEquals(lock.packages[""].dependencies, dependencies);
  const names = Object.keys(dependencies);
  assert(names.length > 15, `${names}`);
  const { npm } = await readLock("tests/deno.lock");
  const { imports } = await denoJson();
  for (const name of names) {
    assertMatch(dependencies[name], /^\d+\.\d+\.\d+$/, name);
    assert(!Object.keys(npm).some((key) => key.startsWith(`${name}@`)), name);
    assert(!(name in imports), name);
  }
});
