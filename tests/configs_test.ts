import assert from "node:assert/strict";
import { main } from "../src/cli/main.ts";
import { ROOT } from "./support/process.ts";

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
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /: OK, /);
  });
}

Deno.test("the README shows configs/one_port.jsonc as it is", async () => {
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  const config = await Deno.readTextFile(new URL("one_port.jsonc", FOLDER));
  assert.ok(readme.includes("```jsonc\n" + config + "```\n"));
});

Deno.test("the README names every command and option", async () => {
  const { COMMANDS } = await import("../src/cli/commands.ts");
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  for (const { name, options } of COMMANDS) {
    assert.ok(readme.includes(`passthru ${name}`), name);
    for (const { long } of options) {
      assert.ok(readme.includes(`--${long}`), long);
    }
  }
});

Deno.test("the README's generated parts are up to date (deno task readme)", async () => {
  const { README, withGenerated } = await import("./support/readme.ts");
  const readme = await Deno.readTextFile(README);
  // The formatter pads the cells of tables and wraps lines.
  const blocks = (text: string) =>
    text.split(/\n{2,}/).map((block) =>
      block.replace(/\s+/g, " ").replace(/-+/g, "-")
    );
  assert.deepEqual(blocks(readme), blocks(withGenerated(readme)));
});

Deno.test("the README names every field of the config", async () => {
  const { FIELDS } = await import("../src/config/schema.ts");
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  for (const field of Object.values(FIELDS).flat()) {
    assert.ok(readme.includes(`\`${field}`), field);
  }
});

Deno.test("every link of the READMEs to a heading of this README leads to one", async () => {
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  const slugs = new Set(
    [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-")
    ),
  );
  const deploy = await Deno.readTextFile(`${ROOT}configs/deploy/README.md`);
  const links = [
    ...readme.matchAll(/\]\(#([^)]+)\)/g),
    ...deploy.matchAll(/README\.md#([^)]+)\)/g),
  ].map(([, slug]) => slug!);
  assert.ok(links.length > 0);
  assert.deepEqual(links.filter((slug) => !slugs.has(slug)), []);
});

Deno.test("the README names every dependency", async () => {
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  const { imports } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  for (const name of Object.keys(imports)) {
    if (name.startsWith("#")) continue;
    assert.ok(readme.includes(`\`${name}\``), name);
  }
});
