import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type JsonValue, parse } from "@std/jsonc";
import * as v from "valibot";
import { loadConfig } from "../../src/config/load.ts";
import { aboutField } from "../../src/config/schema_parts.ts";
import { FIELDS, KINDS } from "../../src/config/schema.ts";
import { checkShape } from "../../src/config/shape.ts";
import { parseSource, plainValue } from "../../src/config/source.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { tempFolder } from "../support/daemon.ts";
import { SCHEMA_FILE, schemaText } from "../support/json_schema.ts";
import { programTest, run } from "../support/programs.ts";
import { PAGES } from "../support/readme.ts";
import { bytesOf } from "../support/tcp.ts";
import { BAD_CONFIGS } from "./bad_configs.ts";

const CONFIGS = new URL("../../configs/", import.meta.url);

/** A bad config as JSON, as the loader reads it; `null`: it is none. */
function jsonOf(text: string | Uint8Array): string | null {
  const bytes = typeof text === "string" ? bytesOf(text) : text;
  const { root } = parseSource("x", bytes);
  return root === null ? null : JSON.stringify(plainValue(root));
}

/** Whether each instance fits the committed schema, as python3-jsonschema says. */
async function fits(instances: readonly string[]): Promise<boolean[]> {
  await using folder = await tempFolder();
  const files = instances.map((_, index) => `${folder.path}/${index}.json`);
  for (const [index, file] of files.entries()) {
    await Deno.writeTextFile(file, instances[index]!);
  }
  const { stdout, stderr } = await run("jsonschema", [
    ...["--output", "pretty"],
    ...files.flatMap((file) => ["--instance", file]),
    SCHEMA_FILE.pathname,
  ]);
  const said = new TextDecoder().decode(stdout) + stderr;
  return files.map((file) => {
    const good = said.includes(`===[SUCCESS]===(${file})===`);
    const bad = said.includes(`===[ValidationError]===(${file})===`);
    assertNotEquals(good, bad, said);
    return good;
  });
}

/** The samples of the documentation as whole configs. */
async function documentedSamples(): Promise<string[]> {
  const pages = await Promise.all(
    Object.values(PAGES).map((page) => Deno.readTextFile(page)),
  );
  const blocks = pages.flatMap((page) =>
    [...page.matchAll(/```jsonc\n(.*?)```/gs)].map((block) => block[1]!)
  );
  return blocks.map((block) => JSON.stringify(wholeConfig(sampleOf(block))));
}

/** A sample, which may be the inside of an object. */
function sampleOf(block: string): Record<string, JsonValue> {
  try {
    return parse(block) as Record<string, JsonValue>;
  } catch {
    return parse(`{ ${block} }`) as Record<string, JsonValue>;
  }
}

/** A config around a part of one: top fields, options, servers, a server. */
function wholeConfig(part: Record<string, unknown>): object {
  const names = Object.keys(part);
  const all = (known: readonly string[]) =>
    names.every((name) => known.includes(name));
  const top = (fields: object) => ({
    version: "v1.0.0",
    servers: {},
    ...fields,
  });
  if (all(FIELDS["config"]!)) return top(part);
  if (all(FIELDS["options"]!)) return top({ defaults: part });
  if ("action" in part) {
    return top({ servers: { ":1": { TLS: { CATCHALL: part } } } });
  }
  return names.every((name) => name.includes(":"))
    ? top({ servers: part })
    : top({ servers: { ":1": part } });
}

Deno.test("schema: configs/passthru.schema.json is what the config's schema gives (deno task schema)", async () => {
  assertEquals(await Deno.readTextFile(SCHEMA_FILE), schemaText());
});

Deno.test("schema: every field says what it is for", () => {
  for (const [kind, entries] of Object.entries(KINDS)) {
    for (const [field, schema] of Object.entries(entries)) {
      const { description } = aboutField(schema);
      assert(description, `field "${field}" of ${kind}`);
      assert(!description.endsWith("."), `field "${field}" of ${kind}`);
    }
  }
});

Deno.test("schema: what it says is the default is the default", () => {
  const registry = new Registry(BUILTINS);
  const planOf = (config: object) => {
    const bytes = bytesOf(JSON.stringify(config));
    return loadConfig("x", bytes, registry).plan;
  };
  const forward = { action: "FORWARD", to_addr: "127.0.0.1:9" };
  const withAction = (action: object) => ({
    version: "v1.0.0",
    servers: { ":1": { TLS: { CATCHALL: action } } },
  });
  const plain = withAction(forward);
  const places: Record<string, (fields: object) => object> = {
    config: (fields) => ({ ...plain, ...fields }),
    options: (fields) => ({ ...plain, defaults: fields }),
    log: (fields) => ({ ...plain, log: fields }),
    FORWARD: (fields) => withAction({ ...forward, ...fields }),
  };
  let compared = 0;
  for (const [kind, place] of Object.entries(places)) {
    for (const [field, schema] of Object.entries(KINDS[kind]!)) {
      const { default: value } = aboutField(schema);
      if (value === undefined) continue;
      compared++;
      const plan = planOf(place({ [field]: value }));
      assert(plan !== null, `${kind}.${field}`);
      assertEquals(plan, planOf(plain), `${kind}.${field}`);
    }
  }
  assert(compared > 0);
});

programTest(
  ["jsonschema"],
  "schema: another validator takes every config of configs/ and of the documentation",
  async () => {
    const configs: string[] = [];
    for await (const { name } of Deno.readDir(CONFIGS)) {
      if (!name.endsWith(".jsonc")) continue;
      const text = await Deno.readTextFile(new URL(name, CONFIGS));
      configs.push(JSON.stringify(parse(text)));
    }
    const instances = [...configs, ...await documentedSamples()];
    const found = await fits(instances);
    assertEquals(instances.filter((_, index) => !found[index]), []);
  },
);

programTest(
  ["jsonschema"],
  "schema: another validator refuses every bad config whose shape is wrong, and takes those with nothing but warnings",
  async () => {
    const parsed = BAD_CONFIGS.flatMap(({ name, text, expect }) => {
      const json = jsonOf(text);
      return json === null ? [] : [{ name, text, expect, json }];
    });
    const found = await fits(parsed.map(({ json }) => json));
    const taken = parsed.filter((_, index) => found[index]);
    const wrongShape = parsed.filter(({ text }) => {
      const bytes = typeof text === "string" ? bytesOf(text) : text;
      return checkShape(parseSource("x", bytes).root!).length > 0;
    });
    assertEquals(
      wrongShape.filter((bad) => taken.includes(bad)).map(({ name }) => name),
      [],
    );
    const harmless = parsed.filter(({ expect }) =>
      expect.every((line) => / (?:warning|note): /.test(line))
    );
    assertEquals(
      harmless.filter((bad) => !taken.includes(bad)).map(({ name }) => name),
      [],
    );
    // Words of rules and protocols it knows too, which the shape does not.
    assert(parsed.length - taken.length > wrongShape.length);
  },
);

Deno.test("schema: a value that it offers is one that the field takes", () => {
  for (const [kind, entries] of Object.entries(KINDS)) {
    for (const [field, schema] of Object.entries(entries)) {
      const { default: value, examples = [] } = aboutField(schema);
      for (const one of [...examples, ...value === undefined ? [] : [value]]) {
        assert(v.is(schema, one), `${kind}.${field}: ${one}`);
      }
    }
  }
});
