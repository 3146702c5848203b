import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { parse } from "@std/jsonc";
import * as v from "valibot";
import { loadConfig } from "../../src/config/load.ts";
import { aboutField } from "../../src/config/schema_parts.ts";
import { KINDS } from "../../src/config/schema.ts";
import { checkShape } from "../../src/config/shape.ts";
import { parseSource, plainValue } from "../../src/config/source.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { tempFolder } from "../support/daemon.ts";
import {
  INCLUDED_SCHEMA_FILE,
  includedSchemaText,
  SCHEMA_FILE,
  schemaText,
} from "../support/json_schema.ts";
import { programTest, run } from "../support/programs.ts";
import { documentedSamples } from "../support/samples.ts";
import { bytesOf } from "../support/tcp.ts";
import { BAD_CONFIGS } from "./bad_configs.ts";

const CONFIGS = new URL("../../configs/", import.meta.url);
/** For hundreds of instances, with a program that takes its time. */
const LIMIT_MS = 120_000;

/** A bad config as JSON, as the loader reads it; `null`: it is none. */
function jsonOf(text: string | Uint8Array): string | null {
  const bytes = typeof text === "string" ? bytesOf(text) : text;
  const { root } = parseSource("x", bytes);
  return root === null ? null : JSON.stringify(plainValue(root));
}

/** Whether each instance fits a committed schema, as python3-jsonschema says. */
async function fits(
  instances: readonly string[],
  schema = SCHEMA_FILE,
): Promise<boolean[]> {
  await using folder = await tempFolder();
  const files = instances.map((_, index) => `${folder.path}/${index}.json`);
  for (const [index, file] of files.entries()) {
    await Deno.writeTextFile(file, instances[index]!);
  }
  const { stdout, stderr } = await run("jsonschema", [
    ...["--output", "pretty", "--base-uri", schema.href],
    ...files.flatMap((file) => ["--instance", file]),
    schema.pathname,
  ], { limitMs: LIMIT_MS });
  const said = new TextDecoder().decode(stdout) + stderr;
  return files.map((file) => {
    const good = said.includes(`===[SUCCESS]===(${file})===`);
    const bad = said.includes(`===[ValidationError]===(${file})===`);
    assertNotEquals(good, bad, said);
    return good;
  });
}

Deno.test("schema: configs/passthru.schema.json is what the config's schema gives (deno task schema)", async () => {
  assertEquals(await Deno.readTextFile(SCHEMA_FILE), schemaText());
  assertEquals(
    await Deno.readTextFile(INCLUDED_SCHEMA_FILE),
    includedSchemaText(),
  );
});

Deno.test("schema: every field says what it is for", () => {
  for (const [kind, entries] of Object.entries(KINDS)) {
    for (const [field, schema] of Object.entries(entries)) {
      const { summary, details } = aboutField(schema);
      const place = `field "${field}" of ${kind}`;
      assert(summary, place);
      assert(!summary.includes(". ") && !summary.endsWith("."), place);
      assert(!details?.endsWith("."), place);
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
    const samples = await documentedSamples();
    const instances = [
      ...configs,
      ...samples.map(({ config }) => JSON.stringify(config)),
    ];
    const found = await fits(instances);
    assertEquals(instances.filter((_, index) => !found[index]), []);
  },
);

programTest(
  ["jsonschema"],
  "schema: another validator takes included files, and refuses what belongs in the config or is nothing",
  async () => {
    const good = await Promise.all(
      ["git.jsonc", "apps/shop.jsonc"].map(async (name) => {
        const file = new URL(`include.d/${name}`, CONFIGS);
        return JSON.stringify(parse(await Deno.readTextFile(file)));
      }),
    );
    const server = (content: string) => `{ "servers": { ":1": ${content} } }`;
    const bad = [
      '{ "admin": { "listen": "127.0.0.1:1" } }',
      '{ "include": ["x"] }',
      "[]",
      server('{ "TLS": { "SNY a.example": "10.0.0.1:1" } }'),
      server('{ "TLS": { "SNI a.example": 5 } }'),
      server('{ "options": { "backlogs": 5 } }'),
    ];
    const found = await fits(["{}", ...good, ...bad], INCLUDED_SCHEMA_FILE);
    assertEquals(found, [
      ...["{}", ...good].map(() => true),
      ...bad.map(() => false),
    ]);
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
