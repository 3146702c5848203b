import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { runCli } from "./support/cli.ts";
import { denoJson } from "./support/deno_json.ts";
import { tempFolder } from "./support/daemon.ts";
import { ROOT } from "./support/process.ts";
import { generatedPages, PAGES } from "./support/readme.ts";
import { documentedSamples, namedFiles } from "./support/samples.ts";

const FOLDER = new URL("../configs/", import.meta.url);

/** The names of all example configs, with the folders that they are in. */
async function examples(folder = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(new URL(folder, FOLDER))) {
    const name = folder + entry.name;
    // What other examples include is no config by itself.
    if (entry.isDirectory && name.endsWith(".d")) continue;
    if (entry.isDirectory) names.push(...await examples(`${name}/`));
    else if (name.endsWith(".jsonc")) names.push(name);
  }
  return names;
}

/** The exit code of `check`, and what it complains about. */
async function checked(file: string): Promise<[number, string]> {
  const { code, stderr } = await runCli("check", file);
  return [code, stderr];
}

for (const name of await examples()) {
  Deno.test(`configs/${name} is good, without a warning`, async () => {
    const file = new URL(name, FOLDER).pathname;
    assertEquals(await checked(file), [0, ""]);
  });
}

for (const { place, config } of await documentedSamples()) {
  Deno.test(`the sample at ${place} is good, without a warning`, async () => {
    await using folder = await tempFolder();
    const file = `${folder.path}/sample.jsonc`;
    await Deno.writeTextFile(file, JSON.stringify(config, null, 2));
    for (const [name, text] of namedFiles(config)) {
      const path = `${folder.path}/${name}`;
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    assertEquals(await checked(file), [0, ""]);
  });
}

Deno.test("the README shows configs/quick_start.jsonc as it is", async () => {
  const readme = await Deno.readTextFile(PAGES.start);
  const config = await Deno.readTextFile(new URL("quick_start.jsonc", FOLDER));
  assert(readme.includes("```jsonc\n" + config + "```\n"));
});

Deno.test("the README is short: at most 250 lines, with ten recipes", async () => {
  const readme = await Deno.readTextFile(PAGES.start);
  assert(readme.trimEnd().split("\n").length <= 250);
  const recipes = readme.split("\n## Recipes\n")[1]!.split("\n## ")[0]!;
  assertEquals(recipes.match(/^```jsonc$/gm)?.length, 10);
});

for (const page of Object.values(PAGES)) {
  const name = page.pathname.slice(ROOT.length);
  Deno.test(`no table of ${name} is wider than 160 characters`, async () => {
    const lines = (await Deno.readTextFile(page)).split("\n");
    const wide = lines.filter((line) => line.startsWith("|"))
      .filter((line) => line.length > 160);
    assertEquals(wide, []);
  });
}

Deno.test("the documentation names every command and option", async () => {
  const { COMMANDS } = await import("../src/cli/commands.ts");
  const page = await Deno.readTextFile(PAGES.operations);
  for (const { name, options } of COMMANDS) {
    assert(page.includes(`passthru ${name}`), name);
    for (const { long } of options) {
      assert(page.includes(`--${long}`), long);
    }
  }
});

Deno.test("the generated parts of the documentation are up to date (deno task readme)", async () => {
  // The formatter pads the cells of tables and wraps lines.
  const blocks = (text: string) =>
    text.split(/\n{2,}/).map((block) =>
      block.replace(/\s+/g, " ").replace(/-+/g, "-")
    );
  for (const { text, wanted } of await generatedPages()) {
    assertEquals(blocks(text), blocks(wanted));
  }
});

Deno.test("the documentation names every field of the config", async () => {
  const { FIELDS } = await import("../src/config/schema.ts");
  const page = await Deno.readTextFile(PAGES.config);
  for (const field of Object.values(FIELDS).flat()) {
    assert(page.includes(`\`${field}`), field);
  }
});

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  return new Set(
    [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-")
    ),
  );
}

for (const page of Object.values(PAGES)) {
  const name = page.href.slice(`file://${ROOT}`.length);
  Deno.test(`every link of ${name} leads to a file, and to a heading in it`, async () => {
    const text = await Deno.readTextFile(page);
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1]!)
      .filter((link) => !/^[a-z]+:/.test(link));
    for (const link of links) {
      const target = new URL(link, page);
      const anchor = target.hash.slice(1);
      target.hash = "";
      const found = await Deno.stat(target).catch(() => null);
      assert(found, `${link} leads to no file`);
      if (anchor === "" || !found.isFile) continue;
      const anchors = anchorsOf(await Deno.readTextFile(target));
      assert(anchors.has(anchor), `${link} leads to no heading`);
    }
  });
}

Deno.test("the documentation names every dependency", async () => {
  const page = await Deno.readTextFile(PAGES.tests);
  const { imports } = await denoJson();
  for (const name of Object.keys(imports)) {
    if (name.startsWith("#")) continue;
    assert(page.includes(`\`${name}\``), name);
  }
});
