import { assert, assertEquals, assertMatch } from "@std/assert";
import { main } from "../src/cli/main.ts";
import { denoJson } from "./support/deno_json.ts";
import { ROOT } from "./support/process.ts";
import { generatedPages, PAGES } from "./support/readme.ts";

const FOLDER = new URL("../configs/", import.meta.url);

/** The names of all example configs, with the folders that they are in. */
async function examples(folder = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(new URL(folder, FOLDER))) {
    const name = folder + entry.name;
    if (entry.isDirectory) names.push(...await examples(`${name}/`));
    else if (name.endsWith(".jsonc")) names.push(name);
  }
  return names;
}

for (const name of await examples()) {
  Deno.test(`configs/${name} is good, without a warning`, async () => {
    let out = "";
    let err = "";
    const code = await main(
      ["check", "-c", new URL(name, FOLDER).pathname],
      { out: (text) => out += text, err: (text) => err += text },
    );
    assertEquals([code, err], [0, ""]);
    assertMatch(out, /: OK, /);
  });
}

Deno.test("the README shows configs/one_port.jsonc as it is", async () => {
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  const config = await Deno.readTextFile(new URL("one_port.jsonc", FOLDER));
  assert(readme.includes("```jsonc\n" + config + "```\n"));
});

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
