import { assert, assertEquals } from "@std/assert";
import { importsOf, sources } from "./support/sources.ts";

const SRC = new URL("../src/", import.meta.url);

/** A part of the program, and what it may import and use. */
interface Layer {
  /** Files that belong to it: the first layer that fits is a file's own. */
  readonly files: RegExp;
  /** Files of other layers that it may import. */
  readonly mayImport: readonly RegExp[];
  /** npm packages and `node:` modules that it may import. */
  readonly packages: readonly string[];
  /** Whether it may use `Deno.*`. */
  readonly deno: boolean;
}

const ERRORS = /^errors\.ts$/;
const ADDRESS = /^address\//;
const RULE = /^rule\//;
const UPSTREAM = /^upstream\//;
const PROXY = /^proxy\//;
const CONTROL = /^control\//;
const CONFIG_TYPES =
  /^config\/(plan|log_plan|address|unix_address|target_places|routes|scopes|targets|within)\.ts$/;

const LAYERS: readonly Layer[] = [
  { files: /^std\.d\.ts$/, mayImport: [], packages: [], deno: false },
  { files: ERRORS, mayImport: [], packages: [], deno: false },
  { files: ADDRESS, mayImport: [ADDRESS], packages: ["node:net"], deno: false },
  { files: /^detect\//, mayImport: [ERRORS], packages: [], deno: false },
  {
    files: RULE,
    mayImport: [/^detect\//, ADDRESS, ERRORS],
    packages: [],
    deno: false,
  },
  {
    files: /^config\/source\.ts$/,
    mayImport: [/^config\//],
    packages: ["jsonc-parser"],
    deno: false,
  },
  {
    files: /^config\/(?:[a-z]+_)?schema(?:_parts)?\.ts$/,
    mayImport: [/^config\//],
    packages: ["valibot"],
    deno: false,
  },
  {
    files: /^config\//,
    mayImport: [
      /^config\//,
      /^detect\/(detector|registry|rule_grammar|declared|linear_regex_parser|near_names)\.ts$/,
      RULE,
      ADDRESS,
      ERRORS,
    ],
    packages: ["node:net"],
    deno: false,
  },
  {
    files: /^net\//,
    mayImport: [/^net\//, ADDRESS, ERRORS],
    packages: [],
    deno: true,
  },
  {
    files: /^observe\/detection\.ts$/,
    mayImport: [],
    packages: ["node:buffer"],
    deno: false,
  },
  {
    files: /^observe\//,
    mayImport: [/^observe\//, ERRORS],
    packages: [],
    deno: true,
  },
  {
    files: /^testing\/fast_check\.ts$/,
    mayImport: [],
    packages: ["npm:fast-check@4.10.2"],
    deno: false,
  },
  {
    // For the tests of detectors; nothing else imports it.
    files: /^testing\//,
    mayImport: [/^testing\//, /^detect\//, ERRORS],
    packages: ["@std/assert"],
    deno: true,
  },
  {
    files: /^modules\//,
    mayImport: [
      /^modules\//,
      /^detect\//,
      /^net\/free_descriptors\.ts$/,
      ERRORS,
    ],
    packages: [],
    deno: true,
  },
  {
    files: /^upstream\/discovery\/dns_message\.ts$/,
    mayImport: [ERRORS],
    packages: ["dns-packet", "node:buffer"],
    deno: false,
  },
  {
    files:
      /^upstream\/(balance|found_targets|last_dial|own_addresses|source_hash|upstream|target_(board|health|memory|state|table))\.ts$/,
    mayImport: [CONFIG_TYPES, ERRORS],
    packages: [],
    deno: false,
  },
  {
    files: UPSTREAM,
    mayImport: [
      /^net\//,
      /^observe\//,
      /^detect\/(detector|host)\.ts$/,
      CONFIG_TYPES,
      ADDRESS,
      ERRORS,
    ],
    packages: ["@std/async/delay"],
    deno: true,
  },
  {
    files: /^proxy\/(?:router\.ts$|limits\/|answers\/)/,
    mayImport: [
      /^proxy\/(?:choice|to_all)\.ts$/,
      /^detect\//,
      RULE,
      CONFIG_TYPES,
      ADDRESS,
      ERRORS,
    ],
    packages: [],
    deno: false,
  },
  {
    files: PROXY,
    mayImport: [
      UPSTREAM,
      /^net\//,
      /^detect\//,
      /^observe\//,
      RULE,
      CONFIG_TYPES,
      ADDRESS,
      ERRORS,
    ],
    packages: [],
    deno: true,
  },
  {
    files: CONTROL,
    mayImport: [
      PROXY,
      UPSTREAM,
      /^net\//,
      /^observe\//,
      /^detect\//,
      /^modules\/module_entry\.ts$/,
      CONFIG_TYPES,
      ADDRESS,
      ERRORS,
    ],
    packages: ["@std/async/delay"],
    deno: true,
  },
  {
    files: /^explain\//,
    mayImport: [
      /^detect\//,
      /^config\/(load|expectation|diagnostics|reject_text|routes)\.ts$/,
      /^proxy\/(?:router|choice)\.ts$/,
      /^observe\/log\.ts$/,
      RULE,
      CONFIG_TYPES,
      ADDRESS,
      ERRORS,
    ],
    packages: [],
    deno: false,
  },
  {
    files: /^admin\/page\//,
    mayImport: [/^admin\/page\//],
    packages: ["node:crypto"],
    deno: false,
  },
  {
    // Imported by what serves with an admin server alone: HTTP takes a while
    // to load.
    files: /^admin\/(?:conn_stream|http_exchange|http_server)\.ts$/,
    mayImport: [/^admin\//],
    packages: ["node:http", "node:stream"],
    deno: true,
  },
  {
    files: /^admin\//,
    mayImport: [
      /^admin\//,
      /^net\/accept\.ts$/,
      /^observe\//,
      CONTROL,
      UPSTREAM,
      /^explain\//,
      /^modules\/(module_digest|sandbox)\.ts$/,
      /^config\//,
      /^detect\//,
      ADDRESS,
      ERRORS,
    ],
    packages: ["@std/async/delay"],
    deno: true,
  },
  {
    files: /^(?:keeper|worker|worker_with_modules)\.ts$/,
    mayImport: [CONTROL, /^detect\//, /^modules\/module_entry\.ts$/],
    packages: [],
    deno: false,
  },
  {
    files: /^mod\.ts$/,
    mayImport: [
      /^detect\//,
      /^config\//,
      RULE,
      PROXY,
      UPSTREAM,
      /^observe\//,
      ERRORS,
    ],
    packages: [],
    deno: false,
  },
  {
    files: /^cli\//,
    mayImport: [/^(?!testing\/)/],
    packages: [
      "@std/async/delay",
      "@std/async/pool",
      "@std/cli/parse-args",
      "node:path",
      "node:url",
    ],
    deno: true,
  },
  {
    files: /^demo\//,
    mayImport: [/./],
    packages: ["@std/async/delay"],
    deno: true,
  },
];

function layerOf(file: string): Layer {
  const layer = LAYERS.find(({ files }) => files.test(file));
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
    return !layer.files.test(imported) &&
      !layer.mayImport.some((pattern) => pattern.test(imported));
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
  const workers = ["keeper.ts", "worker.ts", "worker_with_modules.ts"];
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
