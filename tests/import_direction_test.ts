import { assert, assertEquals } from "@std/assert";
import { type Layer, LAYERS } from "./support/layers.ts";
import { importsOf, sources } from "./support/sources.ts";

const SRC = new URL("../src/", import.meta.url);

function layerOf(file: string): Layer {
  const layer = LAYERS.find(({ pattern }) => pattern.test(file));
  assert(layer, `${file} belongs to no layer`);
  return layer;
}

/** What a file imports that it may not. */
function forbidden(file: string, text: string): string[] {
  const layer = layerOf(file);
  return importsOf(text).filter((specifier) => {
    if (!specifier.startsWith(".")) return !layer.packages.includes(specifier);
    const url = new URL(specifier, new URL(file, SRC)).pathname;
    if (!url.startsWith(SRC.pathname)) return layer !== layerOf("cli/main.ts");
    const imported = url.slice(SRC.pathname.length);
    return !layer.pattern.test(imported) &&
      !layer.mayImport.some(({ pattern }) => pattern.test(imported));
  }).map((specifier) => `${file} imports ${specifier}`);
}

Deno.test("imports go only where the layers allow", async () => {
  const found: string[] = [];
  for (const file of await sources(SRC)) {
    const text = await Deno.readTextFile(new URL(file, SRC));
    found.push(...forbidden(file, text));
  }
  assertEquals(found, []);
});

Deno.test("only the outer layers use Deno.*", async () => {
  const found: string[] = [];
  for (const file of await sources(SRC)) {
    if (layerOf(file).deno) continue;
    const text = await Deno.readTextFile(new URL(file, SRC));
    const code = text.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, "");
    if (/\bDeno\./.test(code)) found.push(file);
  }
  assertEquals(found, []);
});

Deno.test("there are no import cycles", async () => {
  const files = await sources(SRC);
  const graph = new Map<string, string[]>();
  for (const file of files) {
    const text = await Deno.readTextFile(new URL(file, SRC));
    graph.set(
      file,
      importsOf(text).filter((specifier) => specifier.startsWith("."))
        .map((specifier) => new URL(specifier, new URL(file, SRC)).pathname)
        .map((path) => path.slice(SRC.pathname.length)),
    );
  }
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    assert(!path.includes(file), `cycle: ${[...path, file].join(" -> ")}`);
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  assertEquals(done.size >= files.length, true);
});

Deno.test("what runs in a worker imports no package, which it might not be allowed to read", async () => {
  const workers = ["keeper.ts", "datagram_worker.ts", "worker.ts"];
  const graph = new Set([...workers, "modules/sandbox_side.ts"]);
  const packages: string[] = [];
  for (const file of graph) {
    const text = await Deno.readTextFile(new URL(file, SRC));
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith(".")) {
        const { pathname } = new URL(specifier, new URL(file, SRC));
        graph.add(pathname.slice(SRC.pathname.length));
      } else if (!specifier.startsWith("node:")) {
        packages.push(`${file} imports ${specifier}`);
      }
    }
  }
  assertEquals(packages, []);
  assert(graph.has("proxy/session.ts"));
});

Deno.test("the import check finds what it forbids", () => {
  assertEquals(
    forbidden("detect/x.ts", 'import { a } from "../net/dial.ts";'),
    ["detect/x.ts imports ../net/dial.ts"],
  );
  assertEquals(
    forbidden("config/x.ts", 'import {\n  a,\n} from "valibot";'),
    ["config/x.ts imports valibot"],
  );
  assertEquals(forbidden("detect/x.ts", 'import { a } from "./y.ts";'), []);
});
